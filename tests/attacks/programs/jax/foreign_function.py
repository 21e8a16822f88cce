# /// attack
# tries = "Have XLA call an address"
# by = "a target of the FFI at libc's exit"
# expect = ["RTE", "TLE"]
# wall_s = 3.0
# ///
import ctypes

import jax

EXIT = ctypes.cast(ctypes.CDLL(None)._exit, ctypes.c_void_p).value
ctypes.pythonapi.PyCapsule_New.restype = ctypes.py_object
ctypes.pythonapi.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


def solve(x):
    capsule = ctypes.pythonapi.PyCapsule_New(EXIT, None, None)
    jax.ffi.register_ffi_target("leave", capsule, platform="cpu")
    return jax.jit(jax.ffi.ffi_call("leave", jax.ShapeDtypeStruct(x.shape, x.dtype)))(x)
