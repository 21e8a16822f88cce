# /// attack
# tries = "Lift its limits"
# by = "setrlimit beyond the hard limit"
# expect = ["RTE"]
# shows = ["ValueError", "PermissionError", "SIGSYS"]
# ///
import resource


def solve(x):
    resource.setrlimit(resource.RLIMIT_NPROC, (1 << 20, 1 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
    return x + x
