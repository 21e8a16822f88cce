# /// attack
# tries = "Break the judge while it reads the exception"
# by = "__str__ that raises SystemExit"
# expect = ["RTE"]
# shows = ["its __str__ raised SystemExit"]
# ///
class Refusal(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


def solve(x):
    raise Refusal
