# /// attack
# tries = "Leave the judge by an exception"
# by = "sys.exit(0)"
# expect = ["RTE"]
# shows = ["SystemExit"]
# ///
import sys


def solve(x):
    sys.exit(0)
