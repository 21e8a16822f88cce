# /// attack
# tries = "Take all memory by files beside /tmp"
# by = "writes to /dev/shm"
# expect = ["RTE"]
# shows = ["No space left", "PermissionError"]
# ///
def solve(x):
    for number in range(100):
        with open(f"/dev/shm/{number}", "wb") as file:
            file.write(b"x" * (1 << 24))
    return x + x
