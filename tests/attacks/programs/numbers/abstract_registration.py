# /// attack
# tries = "Be an array by registration"
# by = "numpy's abstract classes and a metaclass"
# expect = ["WA structure", "RTE"]
# ///
import numbers


class Meta(type):
    def __instancecheck__(cls, other):
        return True

    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return hash(float)


class Number(metaclass=Meta):
    pass


numbers.Number.register(Number)


def solve(x):
    return Number()
