# /// attack
# tries = "Open a socket by another number"
# by = "socketcall through int 0x80"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS", "SIGSEGV"]
# ///
import ctypes
import mmap

# mov eax, 102; mov ebx, 1; xor ecx, ecx; int 0x80; ret
CODE = b"\xb8\x66\0\0\0\xbb\1\0\0\0\x31\xc9\xcd\x80\xc3"
PAGE = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
PAGE.write(CODE)


def solve(x):
    address = ctypes.addressof(ctypes.c_char.from_buffer(PAGE))
    number = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    if number < 0:
        raise RuntimeError(f"refused: {number}")
    return x + x
