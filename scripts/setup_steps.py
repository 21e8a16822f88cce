"""The steps of `make setup`, in their order, one setup of a checkout at a time."""

import argparse
import fcntl
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.setup_common import SetupError
from scripts.setup_environment import prepare_environment
from scripts.setup_frontend import prepare_frontend
from scripts.setup_runtime import prepare_runtime
from scripts.setup_system import create_service_user, install_system_packages

CHECKOUT = Path(__file__).resolve().parent.parent


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="setup", description="Prepare this checkout.")
    parser.add_argument("--gpu", action="store_true", help="build the runtime with CUDA")
    parser.add_argument(
        "--production", action="store_true", help="no tools for development; assets as they are"
    )
    options = parser.parse_args(arguments)
    # Other users must be able to read what is built, whatever the caller's habit.
    os.umask(0o022)
    try:
        prepare(gpu=options.gpu, production=options.production)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


def prepare(*, gpu: bool, production: bool) -> None:
    with (CHECKOUT / "pyproject.toml").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_system_packages(production=production)
        create_service_user()
        prepare_environment(CHECKOUT, production=production)
        prepare_runtime(CHECKOUT, gpu=gpu)
        if not production:
            prepare_frontend(CHECKOUT)
