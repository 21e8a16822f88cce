# /// attack
# tries = "Fill the judge with source"
# by = "a comment of 256 KiB"
# expect = ["unreadable"]
# expand = {"COMMENT" = ["x", 262144]}
# ///
# COMMENT


def solve(x):
    return x
