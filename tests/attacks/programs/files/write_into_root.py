# /// attack
# tries = "Leave something in the root for another run"
# by = "a file made in /"
# expect = ["RTE"]
# shows = ["Read-only file system", "Permission denied"]
# ///
def solve(x):
    with open("//left.py", "w") as file:
        file.write("left")
    return x + x
