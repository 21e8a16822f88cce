# /// attack
# tries = "Fetch the answer"
# by = "urllib"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import urllib.request

PORT = 0


def solve(x):
    urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=1)
    return x + x
