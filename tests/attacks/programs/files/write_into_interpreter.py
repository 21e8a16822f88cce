# /// attack
# tries = "Leave something in the interpreter for another run"
# by = "a file made in /runtime/python/lib"
# expect = ["RTE"]
# shows = ["Read-only file system", "Permission denied"]
# ///
def solve(x):
    with open("/runtime/python/lib/left.py", "w") as file:
        file.write("left")
    return x + x
