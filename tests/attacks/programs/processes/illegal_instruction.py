# /// attack
# tries = "Crash by the processor"
# by = "ud2 in a page of its own"
# expect = ["RTE"]
# shows = ["SIGILL", "SIGSYS", "PermissionError"]
# ///
import ctypes
import mmap

PAGE = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
PAGE.write(b"\x0f\x0b\xc3")


def solve(x):
    ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(PAGE)))()
