"""The setup's decisions: where the runtime lies, what is up to date, what a host is told."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from judge.judge import Judge
from judge.sandbox.runtime import Runtime, default_root, hold
from scripts import setup_environment, setup_frontend, setup_libraries, setup_runtime, setup_system
from scripts.setup_common import SetupError, call, fingerprint
from scripts.setup_runtime import reachable_by_others, remove_orphans, replace, runtime_location


@pytest.fixture
def private_folder(tmp_path: Path) -> Path:
    """A checkout below a folder as `mktemp -d` makes it."""
    checkout = tmp_path / "private" / "checkout"
    checkout.mkdir(parents=True)
    checkout.parent.chmod(0o700)
    return checkout


class TestRuntimeLocation:
    def test_is_in_the_checkout_for_an_ordinary_user(self, private_folder: Path) -> None:
        location = runtime_location(private_folder, as_root=False)
        assert location == private_folder / ".runtime"

    def test_is_in_the_checkout_when_everybody_can_look_into_it(
        self, private_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(setup_runtime, "reachable_by_others", lambda _: True)
        location = runtime_location(private_folder, as_root=True)
        assert location == private_folder / ".runtime"

    def test_is_outside_a_private_folder_for_root(self, private_folder: Path) -> None:
        location = runtime_location(private_folder, as_root=True)
        assert location.parent == Path("/var/lib/jurax")
        assert len(location.name.removeprefix("runtime-")) == 12

    def test_differs_between_checkouts(self, private_folder: Path) -> None:
        other = private_folder.with_name("other")
        other.mkdir()
        first, second = (runtime_location(c, as_root=True) for c in (private_folder, other))
        assert first != second


class TestRuntimeInUse:
    def test_is_not_replaced(self, tmp_path: Path) -> None:
        copy = tmp_path / "runtime"
        copy.mkdir()
        shutil.copy(default_root() / "manifest.json", copy)
        held = hold(Runtime.load(copy))
        with pytest.raises(SetupError, match="a Jurax that runs uses it"):
            setup_runtime.refuse_if_used(copy)
        held.close()
        setup_runtime.refuse_if_used(copy)

    def test_a_judge_holds_its_own(self) -> None:
        with Judge() as judge, pytest.raises(SetupError):
            setup_runtime.refuse_if_used(judge.runtime.root)

    def test_one_that_is_not_there_can_be_built(self, tmp_path: Path) -> None:
        setup_runtime.refuse_if_used(tmp_path / "none")


class TestReachableByOthers:
    def test_the_root_folder_is(self) -> None:
        assert reachable_by_others(Path("/"))

    def test_a_folder_below_a_private_one_is_not(self, private_folder: Path) -> None:
        assert not reachable_by_others(private_folder)


class TestReplace:
    def test_puts_the_new_folder_in_the_place_of_the_old(self, tmp_path: Path) -> None:
        location, fresh = tmp_path / "runtime", tmp_path / "runtime.building"
        for folder, text in ((location, "old"), (fresh, "new")):
            folder.mkdir()
            (folder / "file").write_text(text)
        replace(location, fresh)
        assert (location / "file").read_text() == "new"
        assert list(tmp_path.iterdir()) == [location]

    def test_repairs_after_a_kill_between_the_two_renames(self, tmp_path: Path) -> None:
        fresh, old = tmp_path / "runtime.building", tmp_path / "runtime.old"
        fresh.mkdir()
        old.mkdir()
        replace(tmp_path / "runtime", fresh)
        assert list(tmp_path.iterdir()) == [tmp_path / "runtime"]


class TestRemoveOrphans:
    def test_removes_only_runtimes_whose_checkout_is_gone(self, tmp_path: Path) -> None:
        for name, checkout in (("runtime-a", tmp_path), ("runtime-b", tmp_path / "gone")):
            (tmp_path / name).mkdir()
            (tmp_path / name / "checkout").write_text(str(checkout))
        (tmp_path / "runtime-c.building").mkdir()
        remove_orphans(tmp_path)
        left = sorted(path.name for path in tmp_path.iterdir())
        assert left == ["runtime-a", "runtime-c.building"]


class TestPrepareRuntime:
    @pytest.fixture
    def builds(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Replace the slow build; the list receives the lock of each."""
        done = []

        def build(location: Path, lock: Path, checkout: Path, stamp: str) -> Path:
            done.append(lock.name)
            fresh = location.with_name(f"{location.name}.building")
            fresh.mkdir(exist_ok=True)
            (fresh / "stamp").write_text(stamp)
            return fresh

        monkeypatch.setattr(setup_runtime, "build", build)
        monkeypatch.setattr(setup_runtime, "SHARED_FOLDER", tmp_path / "shared")
        (tmp_path / "shared").mkdir()
        (tmp_path / "requirements").mkdir()
        for kind in ("", "-gpu"):
            (tmp_path / "requirements" / f"runtime{kind}.txt").write_text(f"jax{kind}")
        return done

    def test_builds_once(self, tmp_path: Path, builds: list[str]) -> None:
        for _ in range(2):
            setup_runtime.prepare_runtime(tmp_path)
        assert builds == ["runtime.txt"]
        assert (tmp_path / ".runtime" / "stamp").is_file()

    def test_builds_again_for_another_lock(self, tmp_path: Path, builds: list[str]) -> None:
        setup_runtime.prepare_runtime(tmp_path)
        (tmp_path / "requirements" / "runtime.txt").write_text("a newer jax")
        setup_runtime.prepare_runtime(tmp_path)
        setup_runtime.prepare_runtime(tmp_path, gpu=True)
        assert builds == ["runtime.txt", "runtime.txt", "runtime-gpu.txt"]


class TestPrepareEnvironment:
    @pytest.fixture
    def commands(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        run: list[str] = []

        def record(command: list[object]) -> None:
            run.append("venv" if "venv" in command else str(command[-1]))
            (tmp_path / ".venv").mkdir(exist_ok=True)

        monkeypatch.setattr(setup_environment, "call", record)
        (tmp_path / "requirements").mkdir()
        for name in ("pyproject.toml", *(f"requirements/{n}.txt" for n in ("dev", "service"))):
            (tmp_path / name).write_text(name)
        return run

    def test_does_everything_once(self, tmp_path: Path, commands: list[str]) -> None:
        for _ in range(2):
            setup_environment.prepare_environment(tmp_path)
        assert commands == ["venv", str(tmp_path / "requirements" / "dev.txt"), str(tmp_path)]

    def test_starts_over_when_killed_between_packages(
        self, tmp_path: Path, commands: list[str]
    ) -> None:
        setup_environment.prepare_environment(tmp_path)
        commands.clear()
        (tmp_path / ".venv" / "stamp-packages").unlink()
        setup_environment.prepare_environment(tmp_path)
        assert commands[:2] == ["venv", str(tmp_path / "requirements" / "dev.txt")]

    def test_changes_packages_in_place_for_another_lock(
        self, tmp_path: Path, commands: list[str]
    ) -> None:
        setup_environment.prepare_environment(tmp_path)
        commands.clear()
        (tmp_path / "requirements" / "dev.txt").write_text("newer")
        setup_environment.prepare_environment(tmp_path)
        assert commands == [str(tmp_path / "requirements" / "dev.txt")]

    def test_starts_over_for_another_python(
        self, tmp_path: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        setup_environment.prepare_environment(tmp_path)
        commands.clear()
        monkeypatch.setattr(setup_environment, "python_identity", lambda: "another")
        setup_environment.prepare_environment(tmp_path)
        assert commands[0] == "venv"


class TestLibraries:
    def test_a_system_without_elf_is_asked_for_no_libraries(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(setup_libraries.shutil, "which", lambda name: None)
        (tmp_path / "python3").write_bytes(b"\xcf\xfa\xed\xfe")
        (tmp_path / "python3").chmod(0o755)
        setup_libraries.copy_private_libraries(tmp_path / "python3", tmp_path, tmp_path)
        assert setup_libraries.host_libraries(tmp_path, tmp_path) == []
        assert [path.name for path in tmp_path.iterdir()] == ["python3"]

    def test_of_this_python_include_libc_and_the_loader(self) -> None:
        executable = Path(sys.executable).resolve()
        found = setup_libraries.needed_libraries([executable], executable.parent.parent / "lib")
        assert "libc.so.6" in found
        assert any(name.startswith("ld-linux") for name in found)
        assert all(path.is_absolute() and path.exists() for path in found.values())

    def test_a_script_is_no_binary(self, tmp_path: Path) -> None:
        script = tmp_path / "script.so"
        script.write_text("#!/bin/sh\n")
        assert setup_libraries.binaries(tmp_path) == []


class TestSystemPackages:
    MISSING = (
        setup_system.SystemPackage("x", lambda: False, apt="a1", dnf="d1", brew="b1"),
        setup_system.SystemPackage("y", lambda: False, apt="a2", dnf="d2"),
    )

    def test_only_the_hosts_own_installer_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(setup_system.shutil, "which", lambda name: name == "dnf")
        assert setup_system.install_commands(self.MISSING) == ["  sudo dnf install d1 d2"]

    def test_all_are_named_on_an_unknown_host(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(setup_system.shutil, "which", lambda name: None)
        commands = setup_system.install_commands(self.MISSING)
        assert commands[0] == "  sudo apt-get install a1 a2"
        assert commands[-1] == "  brew install b1"

    def test_an_ordinary_user_is_told_and_goes_on(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(setup_system, "SYSTEM_PACKAGES", self.MISSING)
        monkeypatch.setattr(setup_system.os, "geteuid", lambda: 1000)
        setup_system.install_system_packages()
        assert "missing, for x: a1" in capsys.readouterr().out

    def test_without_venv_the_setup_stops(self, monkeypatch: pytest.MonkeyPatch) -> None:
        venv = setup_system.SystemPackage("v", lambda: False, apt="a", dnf="d", indispensable=True)
        monkeypatch.setattr(setup_system, "SYSTEM_PACKAGES", (venv,))
        monkeypatch.setattr(setup_system.os, "geteuid", lambda: 1000)
        with pytest.raises(SetupError):
            setup_system.install_system_packages()


class TestFrontend:
    def test_node_of_the_environment_stands_in_for_a_missing_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(setup_frontend.shutil, "which", lambda name: None)
        command, _ = setup_frontend.find_npm(Path(__file__).parents[2])
        result = subprocess.run([*command, "--version"], capture_output=True, check=False)
        assert result.returncode == 0

    def test_every_source_counts_but_no_installed_package(self, tmp_path: Path) -> None:
        (tmp_path / "node_modules").mkdir()
        (tmp_path / "main.js").write_text("1")
        before = setup_frontend.sources_fingerprint(tmp_path)
        (tmp_path / "node_modules" / "dependency.js").write_text("1")
        assert setup_frontend.sources_fingerprint(tmp_path) == before
        (tmp_path / "main.js").rename(tmp_path / "renamed.js")
        assert setup_frontend.sources_fingerprint(tmp_path) != before


class TestCommon:
    def test_a_failed_command_is_named(self) -> None:
        with pytest.raises(SetupError, match=r"failed \(3\)"):
            call([sys.executable, "-c", "raise SystemExit(3)"])

    def test_a_fingerprint_tells_where_parts_end(self) -> None:
        assert fingerprint("ab", "c") != fingerprint("a", "bc")


class TestOldPython:
    """Run by this Python with its version hidden: an old one need not be installed."""

    PROGRAM = "import sys; sys.version_info = (3, 9, 1); from scripts import setup; setup.main()"

    def run(self, path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", self.PROGRAM],
            cwd=Path(__file__).parents[2],
            env={"PATH": str(path)},
            capture_output=True,
            text=True,
            check=False,
        )

    @staticmethod
    def write_command(path: Path, script: str) -> None:
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def test_is_told_what_to_install(self, tmp_path: Path) -> None:
        result = self.run(tmp_path)
        assert result.returncode == 1
        assert "this is 3.9" in result.stderr
        assert "sudo apt-get install" in result.stderr

    def test_hands_over_to_a_newer_one_that_starts(self, tmp_path: Path) -> None:
        self.write_command(tmp_path / "python3.13", "exit 127")
        self.write_command(tmp_path / "python3.12", 'test "$1" = -c || echo "started $*"')
        result = self.run(tmp_path)
        assert result.stdout.startswith("started -m scripts.setup")
