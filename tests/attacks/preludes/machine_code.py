# Machine code in a page of its own: `call` runs it, and raises where the system refuses by a number.
import ctypes
import mmap


def call(code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    number = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    if number < 0:
        raise RuntimeError(f"refused: {number}")
