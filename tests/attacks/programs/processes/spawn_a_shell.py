# /// attack
# tries = "Run a shell"
# by = "subprocess"
# expect = ["RTE"]
# shows = ["PermissionError", "FileNotFoundError", "BlockingIOError", "OSError", "SIGSYS"]
# ///
import subprocess


def solve(x):
    subprocess.run(["/bin/sh", "-c", "id"], check=True)
    return x + x
