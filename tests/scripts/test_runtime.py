"""The runtime that the setup built works alone: in a jail that holds nothing else."""

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
RUNTIME = CHECKOUT / ".runtime"
NOBODY = 65534

PROGRAM = """
import sys
sys.path.append("/runtime/site-packages")
import os
import flax.linen as nn
import jax
import jax.numpy as jnp
import optax

layer = nn.Dense(3)
parameters = layer.init(jax.random.key(0), jnp.ones((2, 4)))
output = jax.jit(layer.apply)(parameters, jnp.ones((2, 4)))
state = optax.sgd(0.1).init(parameters)
print(os.getuid(), output.shape, jax.__file__, jnp.__spec__.cached)
"""


@pytest.fixture(scope="module")
def manifest() -> dict:
    return json.loads((RUNTIME / "manifest.json").read_text())


def in_jail(manifest: dict, *command: str) -> subprocess.CompletedProcess[str]:
    libraries = [word for path in manifest["libraries"] for word in ("--ro-bind", path, path)]
    jail = ["bwrap", "--unshare-all", "--die-with-parent", "--clearenv"]
    jail += ["--ro-bind", str(RUNTIME.resolve()), "/runtime", *libraries]
    jail += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    jail += ["--setenv", "LD_LIBRARY_PATH", "/runtime/python/lib"]
    jail += ["--setenv", "OPENBLAS_NUM_THREADS", "1"]
    identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run(
        [*jail, *command], cwd="/", capture_output=True, text=True, check=False, **identity
    )


def python_in_jail(manifest: dict, program: str) -> subprocess.CompletedProcess[str]:
    return in_jail(manifest, f"/runtime/{manifest['executable']}", "-I", "-S", "-c", program)


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
class TestInAJail:
    def test_runs_a_jitted_flax_layer_as_an_unprivileged_user(self, manifest: dict) -> None:
        result = python_in_jail(manifest, PROGRAM)
        assert result.returncode == 0, result.stderr
        uid, rest = result.stdout.split(maxsplit=1)
        assert int(uid) != 0
        assert rest.startswith("(2, 3) /runtime/site-packages/jax/")

    def test_every_standard_library_extension_loads(self, manifest: dict) -> None:
        program = """
import importlib, pathlib, sysconfig
folder = pathlib.Path(sysconfig.get_path("stdlib")) / "lib-dynload"
names = sorted(path.name.split(".")[0] for path in folder.glob("*.so"))
assert len(names) > 20 or "math" in __import__("sys").builtin_module_names
for name in names:
    importlib.import_module(name)
"""
        result = python_in_jail(manifest, program)
        assert result.returncode == 0, result.stderr


class TestManifest:
    def test_names_the_locked_packages(self, manifest: dict) -> None:
        locks = [CHECKOUT / "requirements" / f"runtime{kind}.txt" for kind in ("", "-gpu")]
        assert any(f"jax=={manifest['packages']['jax']} " in lock.read_text() for lock in locks)
        assert "jax-" in manifest["name"]
        assert "flax-" in manifest["name"]

    def test_points_at_existing_files(self, manifest: dict) -> None:
        paths = [RUNTIME / manifest["executable"], RUNTIME / manifest["stdlib"]]
        assert all(path.exists() for path in [*paths, *map(Path, manifest["libraries"])])

    def test_no_host_library_lies_in_a_private_folder(self, manifest: dict) -> None:
        loader_folders = ("/lib", "/usr/lib")
        assert [p for p in manifest["libraries"] if not p.startswith(loader_folders)] == []


class TestFiles:
    def test_all_are_readable_by_everybody(self) -> None:
        unreadable = [
            path
            for path in (RUNTIME, *RUNTIME.resolve().rglob("*"))
            if not path.is_symlink()
            and path.stat().st_mode & (0o005 if path.is_dir() else 0o004)
            != (0o005 if path.is_dir() else 0o004)
        ]
        assert unreadable == []

    @pytest.mark.parametrize("module", ["jax/__init__", "flax/linen/__init__", "optax/__init__"])
    def test_bytecode_needs_no_source_times(self, module: str, manifest: dict) -> None:
        tag = Path(manifest["executable"]).name.replace("python", "cpython-").replace(".", "")
        source = RUNTIME / "site-packages" / f"{module}.py"
        compiled = source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"
        header = compiled.read_bytes()[:8]
        assert header[:4] == importlib.util.MAGIC_NUMBER
        unchecked_hash = 0b01
        assert int.from_bytes(header[4:8], "little") == unchecked_hash

    def test_nothing_of_the_tests_of_python_is_there(self, manifest: dict) -> None:
        stdlib = RUNTIME / manifest["stdlib"]
        for name in ("test", "idlelib", "ensurepip", "site-packages", "EXTERNALLY-MANAGED"):
            assert not (stdlib / name).exists()
