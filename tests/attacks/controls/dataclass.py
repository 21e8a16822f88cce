# /// attack
# tries = "Use dataclasses"
# by = "a frozen dataclass and enum"
# expect = ["AC"]
# ///
import dataclasses
import enum


class Factor(enum.IntEnum):
    TWO = 2


@dataclasses.dataclass(frozen=True)
class Product:
    factor: Factor

    def of(self, x):
        return x * int(self.factor)


def solve(x):
    return Product(Factor.TWO).of(x)
