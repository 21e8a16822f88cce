# /// attack
# tries = "Point into memory"
# by = "__array_interface__ with an address of its own"
# expect = ["WA structure"]
# ///
class Pointer:
    __array_interface__ = {"shape": (3,), "typestr": "<f4", "data": (4096, True), "version": 3}


def solve(x):
    return Pointer()
