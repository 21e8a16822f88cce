# /// attack
# tries = "Leave names that break what tidies up"
# by = "line ends, a leading dash, 255 bytes, not UTF-8"
# expect = ["WA values"]
# ///
import os


def solve(x):
    for name in (b"a\nb", b"-rf", b"x" * 255, b"\xff\xfe", b"$(id)", b"..."):
        open(b"/tmp/" + name, "w").close()
    os.chmod("/tmp", 0)
    return x
