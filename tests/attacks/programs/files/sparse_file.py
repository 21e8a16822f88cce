# /// attack
# tries = "Pretend to need the disk"
# by = "a file of 1 TiB with nothing in it"
# expect = ["RTE"]
# shows = ["OSError", "SIGXFSZ", "PermissionError", "SIGSYS"]
# ///
def solve(x):
    with open("/tmp/sparse", "wb") as file:
        file.truncate(1 << 40)
    return x + x
