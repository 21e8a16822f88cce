"""Programs that compile what nobody has compiled before."""

from __future__ import annotations

import random

# Its constant is in the compiled program, so that no cache can know it. A new function at each call
# is compiled at each call. The result is dropped: the answers stay those of the form.
_ADDITION = """

import functools as _functools
import itertools as _itertools

import jax as _jax
import jax.numpy as _jnp

_known = {entry}
_calls = _itertools.count()


@_functools.wraps(_known)
def {entry}(*args, **kwargs):
    shift = {shift!r} + next(_calls)

    def never_seen(v):
        for power in range(1, 5):
            v = _jnp.tanh(v @ v.T + shift / power)
        return v.sum()

    _jax.jit(never_seen)(_jnp.ones((8, 8)))
    return _known(*args, **kwargs)
"""


def never_seen(source: str, entry: str) -> str:
    """The program with something harmless added to each call that is compiled then, and that no
    cache holds: a loop of products around a constant drawn for this text."""
    return source + _ADDITION.format(entry=entry, shift=random.SystemRandom().random())
