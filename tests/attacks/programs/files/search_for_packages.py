# /// attack
# tries = "Find a problem package on disk"
# by = "names that packages have"
# expect = ["RTE"]
# shows = ["no package"]
# ///
import os

NAMES = {"problem.yaml", "reference.py", "submissions.yaml", "statement.md", "warmup.py"}


def solve(x):
    for folder, _, names in os.walk("/"):
        if NAMES & set(names):
            return x + x
    raise RuntimeError("no package")
