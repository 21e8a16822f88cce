"""Resource limits that the kernel holds on the process itself, on any Unix."""

from __future__ import annotations

import resource


def limit_resources(limits: dict[str, int]) -> None:
    """Sets hard and soft limits by their names without ``RLIMIT_``, for example ``{"CORE": 0}``."""
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
