# /// attack
# tries = "Fill the memory by a code object"
# by = "marshal of a forged code"
# expect = ["RTE"]
# shows = ["Error", "SIG"]
# ///
import marshal


def solve(x):
    return marshal.loads(b"\xe3" + b"\xff" * 64)
