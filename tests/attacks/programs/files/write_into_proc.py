# /// attack
# tries = "Leave something in /proc for another run"
# by = "a file made in /proc"
# expect = ["RTE"]
# shows = ["Read-only file system", "Permission denied"]
# ///
def solve(x):
    with open("/proc/left.py", "w") as file:
        file.write("left")
    return x + x
