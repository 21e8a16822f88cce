# /// attack
# tries = "Leave by a link"
# by = "symbolic links to the host's files"
# expect = ["RTE"]
# shows = ["led nowhere", "SIGSYS", "PermissionError"]
# ///
import os


def solve(x):
    for number, target in enumerate(["/etc/shadow", "../../../etc/passwd", "/proc/self/cwd/.."]):
        os.symlink(target, f"/tmp/link{number}")
        try:
            with open(f"/tmp/link{number}") as file:
                file.read()
        except OSError:
            continue
        return x + x
    raise RuntimeError("led nowhere")
