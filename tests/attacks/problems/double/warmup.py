"""Public warm-up: compiles a product."""

FACTOR = 3


def warmup(x):
    """Return 3x, which is no answer."""
    return FACTOR * x
