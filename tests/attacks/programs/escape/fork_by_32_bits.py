# /// attack
# tries = "Fork by a number that means something else here"
# by = "int 0x80 with eax = 2"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS", "SIGSEGV"]
# ///
import ctypes
import mmap

# mov eax, 2; int 0x80; ret
PAGE = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
PAGE.write(b"\xb8\2\0\0\0\xcd\x80\xc3")


def solve(x):
    address = ctypes.addressof(ctypes.c_char.from_buffer(PAGE))
    number = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    if number < 0:
        raise RuntimeError(f"refused: {number}")
    return x + x
