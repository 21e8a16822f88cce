# /// attack
# tries = "Be another module when it is called"
# by = "sys.modules[\"solution\"] replaced"
# expect = ["WA values"]
# ///
import sys


class Module:
    def __getattr__(self, name):
        return lambda x: x + x


sys.modules["solution"] = Module()


def solve(x):
    return x
