# /// attack
# tries = "Leave something in the compilation cache for another run"
# by = "a file made in /runtime/cache"
# expect = ["RTE"]
# shows = ["Read-only file system", "Permission denied"]
# ///
def solve(x):
    with open("/runtime/cache/left.py", "w") as file:
        file.write("left")
    return x + x
