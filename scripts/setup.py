"""Prepare a checkout: `make setup`. Needs only a Python; a second run has nothing to do.

This file must stay readable for any Python 3, so that an old one is told what to do.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST_TRIED = 14


def main() -> int:
    if sys.version_info < OLDEST:
        restart_with_newer_python()
    # Not at the top: these modules use syntax that an old Python cannot read.
    from scripts import setup_steps

    return setup_steps.run(sys.argv[1:])


def restart_with_newer_python() -> None:
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer and works(newer):
            os.execv(newer, [newer, "-m", "scripts.setup", *sys.argv[1:]])  # noqa: S606
    this = f"{sys.version_info[0]}.{sys.version_info[1]}"
    sys.exit(
        f"Jurax needs Python 3.11 or newer, this is {this}. Install one, for example with\n"
        "  sudo apt-get install python3.11 python3.11-venv\n"
        "  sudo dnf install python3.12\n"
        "  brew install python@3.12\n"
        "and run `make setup` again, or name one: make setup PYTHON=/path/to/python3.12"
    )


def works(python: str) -> bool:
    """Whether it starts: pyenv puts commands on the path whose Python is not selected."""
    test = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.call([python, "-c", test], stderr=subprocess.DEVNULL) == 0


if __name__ == "__main__":
    sys.exit(main())
