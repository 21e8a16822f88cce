# /// attack
# tries = "Be called without being a function"
# by = "an object with __call__"
# expect = ["AC"]
# ///
class Double:
    def __call__(self, x):
        return x + x


solve = Double()
