# /// attack
# tries = "Take all memory by files"
# by = "writes to /tmp"
# expect = ["RTE"]
# shows = ["No space left", "OSError"]
# ///
def solve(x):
    for number in range(100):
        with open(f"/tmp/{number}", "wb") as file:
            file.write(b"x" * (1 << 24))
    return x + x
