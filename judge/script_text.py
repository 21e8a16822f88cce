"""The fixed text of a script that shows a case: the same in every one, but for how it calls."""

from __future__ import annotations

IMPORTS = """\
import base64
import importlib.util
import sys
import zlib

import jax
import jax.numpy as jnp
import numpy as np

nan, inf = float("nan"), float("inf")
"""

PACKED = """
def packed(dtype, shape, text):
    data = zlib.decompress(base64.b64decode(text))
    return jnp.asarray(np.frombuffer(data, dtype=dtype).reshape(shape))

"""

REST = '''
def load(path):
    spec = importlib.util.spec_from_file_location("solution", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["solution"] = module
    spec.loader.exec_module(module)
    return getattr(module, ENTRY)


def right(expected, got, allowed):
    if got != got or expected != expected:
        return NAN_IS_RIGHT_WHERE_EXPECTED and got != got and expected != expected
    return bool(got == expected or abs(got - expected) <= allowed)


def differing(leaves):
    """Prints the places that the judge told of; how many are wrong here."""
    wrong = 0
    for path, shape, dtype, places in EXPECTED:
        name = f"output{path}"
        if path not in leaves:
            print(f"{name}: missing")
            wrong += 1
            continue
        got = leaves[path]
        if (got.shape, got.dtype.name) != (shape, dtype):
            print(f"{name}: expected {dtype}{list(shape)}, got {got.dtype.name}{list(got.shape)}")
            wrong += 1
        if got.shape != shape:
            continue
        for index, expected, allowed in places:
            value = got[index].item() if got.dtype.kind != "V" else float(got[index])
            verdict = "right" if right(expected, value, allowed) else "WRONG"
            wrong += verdict == "WRONG"
            print(f"{name}{list(index)}: expected {expected!r}, got {value!r}   {verdict}")
    return wrong


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else "solution.py"
    print("The judge said:", *JUDGE_SAID, sep="\\n  ")
    print(f"Here: jax {jax.__version__}", end="")
    print(f" (judged with {JUDGED_WITH_JAX})" if JUDGED_WITH_JAX else "")
    for name, value in INPUTS.items():
        print(f"{name} =", value if np.ndim(value) == 0 else f"{value.dtype}{list(value.shape)}")
    output = called(load(path))
    leaves = {}
    for place, leaf in jax.tree_util.tree_flatten_with_path(output)[0]:
        leaves[jax.tree_util.keystr(place)] = np.asarray(leaf)
    if not EXPECTED:
        for place, leaf in leaves.items():
            print(f"output{place}: {leaf.dtype.name}{list(leaf.shape)}\\n{leaf}")
        print("It ran. What is expected here is not told: compare with what you expect.")
        return 0
    wrong = differing(leaves)
    if wrong:
        print(f"Reproduced: {wrong} of what was looked at is wrong.")
        return 1
    if any(places for path, shape, dtype, places in EXPECTED):
        print("Every value that the judge told of is right here.")
    else:
        print("Shape and dtype fit. What else the judge said is not looked at here.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''

PLAIN = """
def called(solve):
    return solve(**INPUTS)
"""

UNDER = {
    "jit": """
def called(solve):
    traced = {name: value for name, value in INPUTS.items() if name not in STATIC}
    constant = {name: INPUTS[name] for name in STATIC}
    return jax.jit(lambda arguments: solve(**arguments, **constant))(traced)
""",
    "vmap": """
def called(solve):
    rows = {name: jnp.stack([INPUTS[name], SECOND_ROW[name]]) for name in SECOND_ROW}
    constant = {name: value for name, value in INPUTS.items() if name not in rows}
    return jax.vmap(lambda arguments: solve(**arguments, **constant))(rows)
""",
    "repeat": """
def called(solve):
    first, second = solve(**INPUTS), solve(**INPUTS)
    pairs = zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True)
    if any(np.asarray(a).tobytes() != np.asarray(b).tobytes() for a, b in pairs):
        sys.exit("Reproduced: called a second time, it returned something else.")
    return second
""",
    "key_reuse": """
def called(solve):
    with jax.debug_key_reuse(True):
        return solve(**INPUTS)
""",
    "rank_promotion": """
def called(solve):
    with jax.numpy_rank_promotion("raise"):
        return solve(**INPUTS)
""",
    "dtype_promotion": """
def called(solve):
    with jax.numpy_dtype_promotion("strict"):
        return solve(**INPUTS)
""",
}
"""By the name of a transformation. There is none for ``grad``: what its result is multiplied by
needs the shapes of the output, which a report of a right case does not hold."""
