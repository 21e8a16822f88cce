"""The parts of the benchmark. Apart from the rest, so that a command line can name them cheaply."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """What can be measured, and be left out."""

    ENGINE = "engine"
    """The engine without a service and without spares: see judge.bench."""
    COMMAND = "command"
    """`jurax grade` from the shell."""
    SPARES = "spares"
    """Over HTTP, a spare ready."""
    ARRIVALS = "arrivals"
    """Over HTTP, submissions that come at random."""
    SATURATION = "saturation"
    """Over HTTP, more clients than cores."""
    NO_SPARES = "no-spares"
    """Over HTTP, no spare ready and the compilation cache filled."""
    MEMORY = "memory"
    """Of a service with as many spares as the target names, and of one with none."""
    STREAMING = "streaming"
    """From a case's end to its event at a client."""
