"""What the host must have: programs, libraries, fonts, and the user that runs PostgreSQL."""

import ctypes.util
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.setup_common import SetupError, clean_environment, say

SERVICE_USER = "jurax"
SERVICE_HOME = Path("/var/lib/jurax")
INSTALLERS = ("apt-get", "dnf", "brew")


@dataclass(frozen=True)
class SystemPackage:
    purpose: str
    present: Callable[[], bool]
    apt: str
    dnf: str
    brew: str | None = None
    indispensable: bool = False
    for_development: bool = False

    def name_for(self, installer: str) -> str | None:
        return {"apt-get": self.apt, "dnf": self.dnf, "brew": self.brew}[installer]


def any_program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def font(file_name: str) -> Callable[[], bool]:
    return lambda: any(True for _ in Path("/usr/share/fonts").rglob(file_name))


SYSTEM_PACKAGES = (
    SystemPackage(
        "virtual environments",
        lambda: bool(importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")),
        apt="python3-venv",
        dnf="python3-pip",
        brew="python",
        indispensable=True,
    ),
    SystemPackage("the sandbox", any_program("bwrap"), "bubblewrap", "bubblewrap", "bubblewrap"),
    SystemPackage(
        "the sandbox's system call filter",
        lambda: bool(ctypes.util.find_library("seccomp")),
        apt="libseccomp2",
        dnf="libseccomp",
        brew="libseccomp",
    ),
    SystemPackage(
        "the browser tests",
        any_program("chromium", "chromium-browser", "google-chrome"),
        apt="chromium",
        dnf="chromium",
        for_development=True,
    ),
    SystemPackage(
        "text in screenshots",
        font("DejaVuSans.ttf"),
        apt="fonts-dejavu-core",
        dnf="dejavu-sans-fonts",
        for_development=True,
    ),
    SystemPackage(
        "text in screenshots",
        font("NotoSans-Regular.*"),
        apt="fonts-noto-core",
        dnf="google-noto-sans-fonts",
        for_development=True,
    ),
)


def install_system_packages(*, production: bool = False) -> None:
    wanted = [p for p in SYSTEM_PACKAGES if not (production and p.for_development)]
    if missing(wanted) and os.geteuid() == 0 and shutil.which("apt-get"):
        apt_install([package.apt for package in missing(wanted)])
    still_missing = missing(wanted)
    for package in still_missing:
        say(f"missing, for {package.purpose}: {package.apt}")
    if still_missing:
        say("install by hand:\n" + "\n".join(install_commands(still_missing)))
    if any(package.indispensable for package in still_missing):
        raise SetupError("cannot go on without it")


def missing(packages: Sequence[SystemPackage]) -> list[SystemPackage]:
    importlib.invalidate_caches()
    return [package for package in packages if not package.present()]


def apt_install(names: Sequence[str]) -> None:
    """Install with apt-get; its failure is no error here, what is then missing is said."""
    say(f"apt-get install {' '.join(names)}")
    install = ["install", "--yes", "--no-install-recommends", *names]
    # Known package lists save a minute; they may be absent or too old, and only then are fetched.
    if not run_apt(install, quiet=True):
        run_apt(["update"])
        run_apt(install)


def run_apt(arguments: Sequence[str], *, quiet: bool = False) -> bool:
    result = subprocess.run(
        ["apt-get", "-qq", *arguments],
        env=clean_environment({"DEBIAN_FRONTEND": "noninteractive"}),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if quiet else sys.stderr,
    )
    return result.returncode == 0


def install_commands(packages: Sequence[SystemPackage]) -> list[str]:
    """One command for each installer that this host has, or for all when it has none."""
    found = [installer for installer in INSTALLERS if shutil.which(installer)]
    commands = []
    for installer in found or INSTALLERS:
        names = [name for package in packages if (name := package.name_for(installer))]
        if names:
            sudo = "" if installer == "brew" else "sudo "
            commands.append(f"  {sudo}{installer} install {' '.join(names)}")
    return commands


def create_service_user() -> None:
    """PostgreSQL refuses to run as root, so root's service needs somebody else to run it."""
    if os.geteuid() != 0:
        return
    if not user_exists(SERVICE_USER):
        useradd = shutil.which("useradd")
        if not useradd:
            say(f"no useradd: create the system user {SERVICE_USER!r} to run the service as root")
            return
        say(f"creating the system user {SERVICE_USER!r}")
        result = subprocess.run(
            [useradd, "--system", "--user-group", "--no-create-home"]
            + ["--home-dir", str(SERVICE_HOME), "--shell", "/usr/sbin/nologin", SERVICE_USER],
            check=False,
        )
        if result.returncode:
            say(f"could not create the system user {SERVICE_USER!r}")
            return
    make_home()


def make_home() -> None:
    """Root's, since runtimes lie in it that PostgreSQL's user must not be able to replace."""
    SERVICE_HOME.mkdir(parents=True, exist_ok=True)
    os.chown(SERVICE_HOME, 0, 0)
    SERVICE_HOME.chmod(0o755)


def user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
