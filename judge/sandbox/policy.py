"""The sandbox's policy as data: what is mounted, what is set, what is limited. Beside it:
``system_calls`` and ``landlock``, what is allowed."""

from __future__ import annotations

import math
from dataclasses import dataclass

JAIL_ROOT = "/runtime"
TMP = "/tmp"
SANDBOX_UID = 64199
"""Host user of every sandboxed process when the orchestrator is root; no account, no files."""

ENVIRONMENT = {
    "HOME": TMP,
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    # A second thread in the zygote would make its forks unsafe.
    "OPENBLAS_NUM_THREADS": "1",
    "JAX_ENABLE_COMPILATION_CACHE": "false",
}

CACHE_MOUNT = f"{JAIL_ROOT}/cache"
CACHE_ENVIRONMENT = {
    "JAX_ENABLE_COMPILATION_CACHE": "true",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}
CACHE_WRITER = {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
# JAX would try to write, and warn on the learner's stderr, without a threshold out of reach.
CACHE_READER = {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "1000000000"}

BACKENDS = {"cpu": {"JAX_PLATFORMS": "cpu"}, "gpu": {"JAX_PLATFORMS": "cuda"}}
GPU_DEVICES = ("dev/nvidia[0-9]*", "dev/nvidiactl", "dev/nvidia-uvm", "dev/nvidia-uvm-tools")
GPU_LIBRARIES = (
    "usr/lib/*/libcuda.so*",
    "usr/lib/*/libnvidia-*.so*",
    "usr/lib64/libcuda.so*",
    "usr/lib64/libnvidia-*.so*",
)


NICE = 5
"""Of everything that judges: who asks the service for a page is not to wait for it."""


@dataclass(frozen=True)
class Limits:
    """What one sandboxed process may use.

    ``wall_s`` and ``cpu_s`` bound one request (a load or a case), ``run_cpu_s`` all of them and
    what is computed between them, in seconds; ``memory_mb`` and
    ``tmp_mb`` are MiB; ``output_kb`` bounds stdout and stderr of a case each, in KiB;
    ``answer_mb`` bounds one answer's frame, in MiB; ``processes`` counts threads too; ``nice`` is
    the scheduling priority to give way by, 0 to 19.
    """

    wall_s: float = 10.0
    cpu_s: float = 20.0
    run_cpu_s: float = math.inf
    memory_mb: int = 1024
    output_kb: int = 64
    answer_mb: int = 256
    processes: int = 128
    tmp_mb: int = 64
    descriptors: int = 256
    nice: int = 0

    def rlimits(self) -> dict[str, int]:
        """Limits that the kernel holds on the process itself, beside the cgroup's. CPU time is
        the orchestrator's to count; the kernel's limit ends a process that nobody waits for."""
        whole = {"CPU": math.ceil(self.run_cpu_s) + 2} if math.isfinite(self.run_cpu_s) else {}
        return {
            **whole,
            "CORE": 0,
            "NOFILE": self.descriptors,
            "FSIZE": self.tmp_mb << 20,
            "NPROC": self.processes,
            "MSGQUEUE": 0,
            "MEMLOCK": 0,
        }
