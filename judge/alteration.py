"""An alteration of a case's inputs, and what each kind of them is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from judge.case import Value
from judge.numbers import Array

Inputs = Mapping[str, Value]
Make = Callable[[Inputs], dict[str, Value] | None]
Restore = Callable[[Array, tuple[int, ...]], Array]

PREFIX = "counterfactual_"
"""Of the kinds of findings that tell an alteration."""


@dataclass(frozen=True)
class AlterationKind:
    """``meaning`` is for the documentation: an input …; ``when`` and ``hint`` make the sentence."""

    meaning: str
    when: str
    hint: str


KINDS = {
    "zeros": AlterationKind("is 0 (an array: all of it)", "{what} is 0", "is {name} used?"),
    "negated": AlterationKind(
        "has the other sign",
        "{name} has the other sign",
        "look for a + where a - is meant, or a - where a + is meant.",
    ),
    "narrow": AlterationKind(
        "is rounded to float16 or bfloat16; or all arrays are",
        "{what} rounded to {how} first",
        "keep the dtype that the inputs have.",
    ),
    "ones": AlterationKind("is 1 (an array: all of it)", "{what} is 1", "is {name} used?"),
    "exchanged": AlterationKind(
        "changes places with another of its type and size",
        "{name} change places",
        "is one used where the other is meant?",
    ),
    "transposed": AlterationKind(
        "is transposed, where it is a square matrix",
        "{name} is transposed",
        "look at which side of a product it stands on, and at the axes.",
    ),
    "flipped": AlterationKind(
        "has its other value, where it is a flag",
        "{name} has its other value",
        "is a condition the wrong way round?",
    ),
    "constant": AlterationKind(
        "is the same number whatever is passed, as a fixed seed",
        "{name} is {how}",
        "is the {name} that is passed in used?",
    ),
    "off_by_one": AlterationKind(
        "is one larger or smaller, where it is a whole number",
        "{name} is one {how}",
        "look for a count, a range or an index that is off by one.",
    ),
    "inverted": AlterationKind(
        "is 1 over itself",
        "{name} is 1 over itself",
        "a multiplication and a division changed places.",
    ),
    "complement": AlterationKind(
        "is 1 minus itself",
        "{name} is 1 minus itself",
        "two weights that add up to 1 changed places.",
    ),
    "scaled": AlterationKind(
        "counts twice, or by half",
        "{name} counts {how}",
        "look for a factor of 2 that is missing or too much.",
    ),
    "power": AlterationKind(
        "is its own square, or its root",
        "{name} is its own {how}",
        "a square or a square root is missing or too much.",
    ),
    "clipped": AlterationKind(
        "holds 0 in place of negative values",
        "the negative values of {name} are 0",
        "look for a relu, or a maximum with 0, that should not be there.",
    ),
    "magnitude": AlterationKind(
        "has lost its signs",
        "the values of {name} have lost their signs",
        "look for an absolute value, or a square, that should not be there.",
    ),
    "whole": AlterationKind(
        "is cut to whole numbers",
        "the values of {name} are cut off after the point",
        "look for int(…), // or an integer dtype.",
    ),
    "reversed": AlterationKind(
        "comes in reverse order along an axis",
        "the {what} of {name} come in reverse order",
        "does a loop or a scan run the wrong way?",
    ),
    "rolled": AlterationKind(
        "is moved by one place along an axis",
        "the {what} of {name} are moved by one towards the {how}",
        "look for an index that is off by one.",
    ),
    "repeated": AlterationKind(
        "holds its first row, or its last, in place of all of them",
        "all {what} of {name} are the {how} one",
        "are the others used?",
    ),
    "axes": AlterationKind(
        "has its rows for columns, and the result as well",
        "it works down the columns of {name} instead of along the rows",
        "does a sum, a mean or a maximum run along the wrong axis?",
    ),
    "one_row": AlterationKind(
        "is taken for a single row",
        "all values of {name} belong to one row",
        "does a sum, a mean or a maximum run over everything?",
    ),
    "shortened": AlterationKind(
        "ends one row early, or begins one late, with all that has the same size",
        "the {how} of {name} is left out",
        "does a loop or a scan begin too late or stop too early?",
    ),
}
"""By kind. ``name`` is the input's, ``what`` and ``how`` are the alteration's own words."""


@dataclass(frozen=True)
class Alteration:
    """One change of a case's inputs. ``when`` and ``hint`` end the sentence "Your answer is what a
    right program gives when …: …". ``make`` gives the altered inputs, None where a case does not
    allow the change or stays the same; ``restore`` brings an output that came of them into the
    shape of the expected one, given second."""

    kind: str
    inputs: tuple[str, ...]
    when: str
    hint: str
    make: Make
    restore: Restore | None = None


def alteration(
    kind: str,
    inputs: Sequence[str],
    make: Make,
    restore: Restore | None = None,
    **words: str,
) -> Alteration:
    """An alteration with the sentence of its kind."""
    named = {"name": " and ".join(inputs), **words}
    when, hint = (text.format(**named) for text in (KINDS[kind].when, KINDS[kind].hint))
    return Alteration(kind, tuple(inputs), when, hint, make, restore)
