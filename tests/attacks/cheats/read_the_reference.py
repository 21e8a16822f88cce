# /// attack
# tries = "Read the reference and run it"
# by = "files by the names that packages have"
# expect = ["WA values"]
# ///
import glob


def solve(x):
    for path in glob.glob("/**/reference.py", recursive=True):
        names = {}
        exec(open(path).read(), names)
        return names["solve"](x)
    return x
