# /// attack
# tries = "Find the reference in a file"
# by = "every readable file outside the libraries"
# expect = ["RTE"]
# shows = ["not in"]
# ///
import os

NEEDLES = [b"canary-of-" + b"the-reference", b"np.add" + b"(x, x)"]
LIBRARIES = ("/runtime/python", "/runtime/site-packages")


def solve(x):
    read = 0
    for root in ("/", "/runtime/runner", "/runtime/cache", "/tmp", "/dev/shm"):
        for folder, folders, names in os.walk(root):
            folders[:] = [f for f in folders if not f"{folder}/{f}".startswith(LIBRARIES)]
            for path in (f"{folder}/{name}" for name in names):
                if os.path.isfile(path) and os.access(path, os.R_OK):
                    with open(path, "rb") as file:
                        text = file.read()
                    read += 1
                    if any(needle in text for needle in NEEDLES):
                        return x + x
    raise RuntimeError(f"not in {read} files")
