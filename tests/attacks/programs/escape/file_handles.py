# /// attack
# tries = "Open a file by what is no path"
# by = "name_to_handle_at (303) and open_by_handle_at (304)"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
HANDLE = ctypes.create_string_buffer(b"\x80\0\0\0", 256)
MOUNT = ctypes.c_int()
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(303, -100, b"/", HANDLE, ctypes.byref(MOUNT), 0) or libc.syscall(304, -100, HANDLE, 0) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
