# /// attack
# tries = "Be any number"
# by = "a subclass of float with __eq__"
# expect = ["WA structure"]
# ///
class Any(float):
    def __eq__(self, other):
        return True

    def __float__(self):
        return 0.0


def solve(x):
    return Any(1)
