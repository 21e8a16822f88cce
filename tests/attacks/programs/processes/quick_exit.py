# /// attack
# tries = "End by libc, past Python"
# by = "exit_group (231)"
# expect = ["RTE"]
# shows = ["without an answer", "SIGSYS"]
# ///
import ctypes


def solve(x):
    ctypes.CDLL(None).syscall(231, 0)
