# /// attack
# tries = "Leave something in the runner's code for another run"
# by = "a file made in /runtime/runner"
# expect = ["RTE"]
# shows = ["Read-only file system", "Permission denied"]
# ///
def solve(x):
    with open("/runtime/runner/left.py", "w") as file:
        file.write("left")
    return x + x
