# /// attack
# tries = "Leave something in the libraries for another run"
# by = "a file made in /runtime/site-packages"
# expect = ["RTE"]
# shows = ["Read-only file system", "Permission denied"]
# ///
def solve(x):
    with open("/runtime/site-packages/left.py", "w") as file:
        file.write("left")
    return x + x
