# /// attack
# tries = "Take all memory, in segments that outlive a process"
# by = "shmget and shmat"
# expect = ["MLE", "RTE"]
# shows = ["memory limit", "refused", "SIGSYS"]
# ///
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p


def solve(x):
    while True:
        segment = libc.shmget(0, 1 << 24, 0o1600)
        if segment < 0:
            raise RuntimeError("refused")
        address = libc.shmat(segment, None, 0)
        ctypes.memset(address, 1, 1 << 24)
