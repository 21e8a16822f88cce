# /// attack
# tries = "Cut a path where nobody looks"
# by = "a null byte"
# expect = ["RTE"]
# shows = ["ValueError"]
# ///
def solve(x):
    open("/etc/passwd\0.txt")
    return x + x
