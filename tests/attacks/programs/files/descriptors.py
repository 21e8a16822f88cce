# /// attack
# tries = "Take every descriptor"
# by = "files opened and kept"
# expect = ["RTE"]
# shows = ["Too many open files"]
# ///
def solve(x):
    kept = []
    while True:
        kept.append(open("/dev/null"))
