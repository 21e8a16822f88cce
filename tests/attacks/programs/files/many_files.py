# /// attack
# tries = "Take every inode"
# by = "a million empty files"
# expect = ["RTE"]
# shows = ["No space left"]
# ///
def solve(x):
    for number in range(1_000_000):
        open(f"/tmp/{number}", "w").close()
    return x + x
