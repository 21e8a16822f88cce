"""Loading problem packages: what is right loads, what is wrong is named with file and line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from judge.package import PackageError, find, load
from judge.package_error import Complaints
from judge.package_yaml import read
from judge.spec import EquivalentSpec, ProblemSpec, json_schema_text
from judge.verdict import Reason, Verdict, Visibility

ROOT = Path(__file__).parents[2]

PROBLEM = """\
format: jurax-problem/1
uuid: 6f0e2f8e-7f1d-4f7c-9d53-0c2b6f0a7a12
version: 1.0.0
title: Scale
summary: Multiply by a number.
track: primitives
difficulty: easy
authors: [Somebody]
license: CC0-1.0
entry: solve
symbols:
  rows: {range: [1, 8]}
inputs:
  - {name: x, type: array, dtype: float32, dims: [rows, width], values: [normal, zeros]}
  - {name: width, type: float, cast: int, range: [1, 4], static: true}
  - {name: factor, type: float, range: [-1.5, 1.5]}
output: {type: array, dtype: float32, dims: [rows, width]}
compare: {rtol: 1e-6}
trace: {agree: off}
groups:
  - name: sample
    cases: 2
    points: 1
    visibility: full
    domains: {rows: [1, 4]}
    include:
      - {rows: 2, x: zeros, factor: 1}
pitfalls:
  - {id: added, message: You added.}
"""
SUBMISSIONS = """\
accepted/right.py: {verdict: AC, reason: null, pitfall: null}
wrong_answer/added.py: {verdict: WA, reason: values, pitfall: added}
"""
SOLVE = "def solve(x, width, factor):\n    return x * factor\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small package that is right."""
    root = tmp_path / "scale"
    files = {
        "problem.yaml": PROBLEM,
        "statement.md": "Scale it.",
        "solution.md": "Multiply.",
        "starter.py": SOLVE,
        "reference.py": SOLVE,
        "hints/1.md": "one",
        "hints/2.md": "two",
        "hints/10.md": "ten",
        "submissions/submissions.yaml": SUBMISSIONS,
        "submissions/accepted/right.py": SOLVE,
        "submissions/wrong_answer/added.py": SOLVE.replace("*", "+"),
    }
    files |= {f"hints/{n}.md": str(n) for n in range(3, 10)}
    for name, text in files.items():
        write(root, name, text)
    return root


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def edit(root: Path, old: str, new: str, name: str = "problem.yaml") -> int:
    """Replace ``old``; the line on which it stood."""
    text = (root / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    write(root, name, text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def errors(root: Path) -> list[str]:
    """The complaints about the package, without the folder's path."""
    with pytest.raises(PackageError) as caught:
        load(root)
    lines = str(caught.value).split("\n")
    assert all(line.startswith(root.as_posix()) for line in lines)
    return [line.removeprefix(root.as_posix()).lstrip("/") for line in lines]


class TestLoad:
    def test_a_right_package(self, root: Path) -> None:
        package = load(root)
        assert (package.slug, package.spec.title, package.warmup) == ("scale", "Scale", None)
        assert package.hints[0] == "one"
        assert package.hints[9] == "ten"
        assert package.reference == SOLVE
        assert package.spec.compare.rtol == 1e-6
        assert package.spec.trace.agree == "off"
        assert package.spec.groups[0].visibility is Visibility.FULL
        known = {s.path: (s.name, s.verdict, s.reason, s.pitfall) for s in package.submissions}
        assert known == {
            "accepted/right.py": ("right", Verdict.AC, None, None),
            "wrong_answer/added.py": ("added", Verdict.WA, Reason.VALUES, "added"),
        }

    def test_the_first_problem(self) -> None:
        package = load(ROOT / "problems" / "zero-last-layer")
        assert package.spec.entry == "solve"
        assert package.submissions

    def test_optional_files_may_be_left_out(self, root: Path) -> None:
        for name in ("hints", "submissions"):
            for path in sorted((root / name).rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
        package = load(root)
        assert package.hints == ()
        assert package.submissions == ()

    def test_every_error_is_reported(self, root: Path) -> None:
        edit(root, "title: Scale", "titel: Scale")
        edit(root, "cases: 2", "cases: two")
        write(root, "submissions/accepted/unknown.py", SOLVE)
        (root / "statement.md").unlink()
        found = errors(root)
        assert len(found) == 5
        assert any("unknown key 'titel'; did you mean 'title'?" in error for error in found)
        assert any("the key 'title' is missing" in error for error in found)
        assert any("groups[0].cases: should be a valid integer" in error for error in found)
        assert any(error.startswith("submissions/accepted/unknown.py: has no") for error in found)
        assert any(error == "statement.md: is missing" for error in found)

    def test_error_has_its_parts(self, root: Path) -> None:
        line = edit(root, "title: Scale", "titles: Scale")
        with pytest.raises(PackageError) as caught:
            load(root)
        unknown = [e for e in caught.value.every if "titles" in e.message]
        assert [(e.file, e.line) for e in unknown] == [(f"{root.as_posix()}/problem.yaml", line)]

    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(PackageError, match="is no folder"):
            load(tmp_path / "nothing")

    def test_slug(self, root: Path) -> None:
        renamed = root.rename(root.parent / "Scale_it")
        assert "the slug" in errors(renamed)[0]


class TestHash:
    def test_is_of_names_and_contents(self, root: Path) -> None:
        before = load(root).sha256
        assert len(before) == 64
        write(root, "hints/10.md", "TEN")
        changed = load(root).sha256
        (root / "hints/10.md").unlink()
        assert len({before, changed, load(root).sha256}) == 3

    def test_ignores_what_is_no_part(self, root: Path) -> None:
        before = load(root).sha256
        write(root, "__pycache__/reference.pyc", "x")
        write(root, "submissions/accepted/__pycache__/right.pyc", "x")
        write(root, ".git/config", "x")
        write(root, ".DS_Store", "x")
        assert load(root).sha256 == before

    def test_does_not_depend_on_the_place(self, root: Path, tmp_path: Path) -> None:
        before = load(root).sha256
        (tmp_path / "elsewhere").mkdir()
        moved = root.rename(tmp_path / "elsewhere" / "scale")
        assert load(moved).sha256 == before


class TestFiles:
    @pytest.mark.parametrize("name", ["generator.py", "checker.py"])
    def test_future_files_are_refused(self, root: Path, name: str) -> None:
        write(root, name, "")
        assert f"this version does not run {name}" in errors(root)[0]

    def test_unknown_file(self, root: Path) -> None:
        write(root, "warmpu.py", "")
        assert errors(root) == [
            "warmpu.py: is not part of a problem package; did you mean 'warmup.py'?"
        ]

    def test_link_out_of_the_folder(self, root: Path, tmp_path: Path) -> None:
        write(tmp_path, "secret.md", "secret")
        (root / "statement.md").unlink()
        (root / "statement.md").symlink_to(tmp_path / "secret.md")
        assert errors(root) == ["statement.md: is a symbolic link that leaves the package folder"]

    def test_link_to_a_folder(self, root: Path, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        (root / "submissions" / "run_time_error").symlink_to(tmp_path / "other")
        assert "submissions/run_time_error: is not part of" in errors(root)[0]

    def test_link_within_the_folder(self, root: Path) -> None:
        (root / "starter.py").unlink()
        (root / "starter.py").symlink_to("reference.py")
        assert load(root).starter == SOLVE

    @pytest.mark.parametrize("target", ["starter.py", "nowhere"])
    def test_link_to_nothing(self, root: Path, target: str) -> None:
        (root / "starter.py").unlink()
        (root / "starter.py").symlink_to(target)
        assert "starter.py: " in errors(root)[0]

    def test_named_pipe(self, root: Path) -> None:
        (root / "statement.md").unlink()
        os.mkfifo(root / "statement.md")
        assert errors(root) == ["statement.md: is not a regular file"]

    def test_size(self, root: Path) -> None:
        write(root, "statement.md", "x" * (1 << 20))
        load(root)
        write(root, "statement.md", "x" * ((1 << 20) + 1))
        assert errors(root) == ["statement.md: is larger than 1024 KiB"]

    def test_encoding(self, root: Path) -> None:
        (root / "statement.md").write_bytes(b"one\ntwo \xff")
        assert errors(root) == ["statement.md:2: is not UTF-8"]

    def test_hints_without_a_gap(self, root: Path) -> None:
        (root / "hints" / "3.md").unlink()
        assert errors(root) == ["hints/3.md: is missing: hints are numbered without a gap"]


class TestYaml:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "is empty"),
            ("a: 1\na: 2\n", "file:2: the key 'a' stands twice, first on line 1"),
            ("a: &x [1]\nb: *x\n", "file:2: aliases"),
            ("[" * 100, "file:1: nested more than"),
            ("[" * 100_000, "file:1: nested more than"),
            ("a: [1\n", "file:2: "),
            ("a: 1\n---\nb: 2\n", "file:2: "),
            ("a: \x00", "is not YAML"),
            ("a: !!python/object:os.system x", "file:1: the tag"),
            ("a: " + "9" * 5000, "file:1: the number is too long"),
            ("? [a]\n: 1\n", "file:1: a key must be a plain word"),
        ],
    )
    def test_refused(self, text: str, message: str) -> None:
        complaints = Complaints()
        assert read(text, "file", complaints) is None
        with pytest.raises(PackageError) as caught:
            complaints.raise_if_any()
        assert message in str(caught.value)

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("off", "off"),
            ("yes", "yes"),
            ("true", True),
            ("1e-6", 1e-6),
            ("1.0e-6", 1e-6),
            ("010", 10),
            ("0x10", 16),
            ("-3", -3),
            ("1_000", "1_000"),
            ("12:30", "12:30"),
            ("2020-01-01", "2020-01-01"),
            ("1.0.0", "1.0.0"),
            ("~", None),
            ("", None),
            ("'1'", "1"),
            ("-.inf", float("-inf")),
        ],
    )
    def test_scalars_of_the_core_schema(self, text: str, value: Any) -> None:
        source = read(f"a: {text}", "file", Complaints())
        assert source is not None
        assert source.data == {"a": value}
        assert type(source.data["a"]) is type(value)


class TestSchema:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("title: Scale", "title: 3", "title: should be a valid string"),
            ("difficulty: easy", "difficulty: simple", "difficulty: should be 'easy', 'medium'"),
            ("cast: int, ", "casts: int, ", "inputs[1]: unknown key 'casts'; did you mean 'cast'?"),
            ("cases: 2", "cases: '2'", "groups[0].cases: should be a valid integer"),
            ("cases: 2", "cases: 0", "greater than or equal to 1"),
            ("    cases: 2\n", "", "groups[0]: the key 'cases' is missing"),
            ("type: array, dtype: float32, dims: [rows, width], v", "v", "'type' is missing"),
            ("type: float, range", "type: key, range", "does not draw inputs of type 'key'"),
            ("type: float, range", "type: double, range", "type must be one of"),
            ("rtol: 1e-6", "rtol: .inf", "compare.rtol: should be"),
            ("rtol: 1e-6", "rtoll: 1e-6", "did you mean 'rtol'?"),
            ("{range: [1, 8]}", "{range: [1, 8], meanign: x}", "symbols.rows: unknown key"),
            ("values: [normal, zeros]", "values: [normal, huge]", "inputs[0].values[1]: should be"),
            ("dims: [rows, width], v", "dims: [rows, 1.5], v", "inputs[0].dims[1]: should be"),
            ("format: jurax-problem/1", "format: other", "format: should be 'jurax-problem/1'"),
            # What the schema alone cannot say.
            ("dims: [rows, width], v", "dims: [row, width], v", "did you mean 'rows'?"),
            ("dims: [rows, width], v", "dims: [factor], v", "must be static and whole"),
            ("dims: [rows, width], v", "dims: [-1], v", "a size is not negative"),
            ("dims: [rows, width], v", "dims: [9999, 9999], v", "more than"),
            ("range: [1, 8]", "range: [8, 1]", "the lower bound 8 is above"),
            ("range: [1, 8]", "range: [-1, 8]", "a size is not negative"),
            ("range: [1, 4], static", "range: [1, 4.5], static", "must be whole numbers"),
            ("cast: int, range: [1, 4], static", "static", "'range' is missing"),
            ("range: [1, 4], static", "range: [-1, 4], static", "can be negative"),
            ("type: float, cast", "type: int, cast", "only a float is cast"),
            ("domains: {rows: [1, 4]}", "domains: {row: [1, 4]}", "did you mean 'rows'?"),
            ("domains: {rows: [1, 4]}", "domains: {rows: [1, 9]}", "leaves the declared range"),
            ("domains: {rows: [1, 4]}", "domains: {rows: [1]}", "must be two numbers"),
            ("domains: {rows: [1, 4]}", "domains: {rows: [1, 2.5]}", "must be whole numbers"),
            ("domains: {rows: [1, 4]}", "domains: {x: [tiny]}", "is not among the declared"),
            ("{rows: 2, x: zeros", "{row: 2, x: zeros", "did you mean 'rows'?"),
            ("{rows: 2, x: zeros", "{rows: 9, x: zeros", "leaves the declared range"),
            ("{rows: 2, x: zeros", "{rows: 2.5, x: zeros", "must be a whole number"),
            ("{rows: 2, x: zeros", "{rows: true, x: zeros", "must be a whole number"),
            ("{rows: 2, x: zeros", "{rows: 2, x: large", "is not among the declared values"),
            ("factor: 1}", "factor: one}", "must be a number"),
            ("cases: 2", "cases: 1\n    include: []", "stands twice"),
            ("points: 1", "points: 0", "no group gives any points"),
            ("dtype: float32, dims: [rows, width], v", "dtype: int8, dims: [], v", "for int8"),
            ("[normal, zeros]}", "[normal], range: [0, 1]}", "where a range is given"),
            ("[normal, zeros]}", "[zeros], range: [1, 2]}", "does not hold 0"),
            ("output: {type: array, dtype: float32, ", "output: {", "needs the keys"),
            ("id: added", "id: Added", "should match pattern"),
            ("{agree: off}", "{agree: values}", "trace.agree: nothing is observed"),
            ("{agree: off}", "{}\ntransplant: passes", "transplant: nothing is observed"),
        ],
    )
    def test_refused_with_its_line(self, root: Path, old: str, new: str, message: str) -> None:
        line = edit(root, old, new)
        found = errors(root)
        near = [e for e in found if message in e]
        assert near, found
        # What is missing, or stands twice, is reported near by.
        number = int(near[0].split(":")[1])
        assert abs(number - line) <= 5

    def test_group_domain_is_narrower_than_an_included_value(self, root: Path) -> None:
        # What a group includes on purpose may lie outside what it draws at random.
        edit(root, "{rows: 2, x: zeros", "{rows: 8, x: zeros")
        load(root)

    def test_names_stand_once(self, root: Path) -> None:
        edit(root, "name: factor", "name: width")
        assert any("'width' stands twice" in error for error in errors(root))

    def test_more_included_than_cases(self, root: Path) -> None:
        edit(root, "cases: 2", "cases: 1")
        edit(root, "      - {rows: 2", "      - {rows: 1}\n      - {rows: 2")
        assert "holds more entries than the 1 cases" in errors(root)[0]

    def test_published_schema_is_current(self) -> None:
        published = (ROOT / "docs" / "schema" / "problem.schema.json").read_text(encoding="utf-8")
        assert published == json_schema_text(), (
            "run: python -m judge.spec > docs/schema/problem.schema.json"
        )
        assert json.loads(published)["properties"].keys() == ProblemSpec.model_fields.keys()


class TestPrograms:
    @pytest.mark.parametrize("name", ["reference.py", "starter.py"])
    @pytest.mark.parametrize(
        ("source", "message"),
        [
            ("def solv(x, width, factor): pass", "no function 'solve' at the top level; did you"),
            ("x = 1", "no function 'solve' at the top level"),
            ("def solve(x, width): pass", "exactly the declared parameters (x, width, factor)"),
            ("def solve(width, x, factor): pass", "exactly the declared"),
            ("def solve(x, width, factor, *more): pass", "exactly the declared"),
            ("def solve(x, width, *, factor): pass", "exactly the declared"),
            ("\ndef solve(:", ":2: is not Python"),
            ("\0", "is not Python"),
        ],
    )
    def test_entry_point(self, root: Path, name: str, source: str, message: str) -> None:
        write(root, name, source)
        found = errors(root)
        assert found[0].startswith(name)
        assert message in found[0]

    def test_is_never_run(self, root: Path) -> None:
        write(root, "reference.py", SOLVE + "raise SystemExit\n")
        load(root)

    def test_warm_up_is_python(self, root: Path) -> None:
        write(root, "warmup.py", "1 +")
        assert "warmup.py:1: is not Python" in errors(root)[0]


class TestSubmissions:
    FILE = "submissions/submissions.yaml"

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("pitfall: added", "pitfall: add", "no pitfall is called 'add'; did you mean 'added'"),
            ("wrong_answer/added", "wrong_answer/aded", "did you mean 'wrong_answer/added.py'?"),
            ("verdict: WA", "verdict: RTE", "RTE does not belong in wrong_answer/, which holds WA"),
            ("verdict: AC, reason: null", "verdict: AC, reason: shape", "only WA has a reason"),
            ("reason: values", "reasons: values", "unknown key 'reasons'; did you mean 'reason'?"),
            ("verdict: WA", "verdict: wrong", "verdict: should be 'AC'"),
            ("reason: values", "groups: {sampel: WA}", "'sampel'; did you mean 'sample'?"),
        ],
    )
    def test_refused(self, root: Path, old: str, new: str, message: str) -> None:
        line = edit(root, old, new, self.FILE)
        assert any(
            error.startswith(f"{self.FILE}:{line}: ") and message in error for error in errors(root)
        )

    def test_unknown_folder(self, root: Path) -> None:
        (root / "submissions" / "wrong_answer").rename(root / "submissions" / "wrong_answers")
        edit(root, "wrong_answer/", "wrong_answers/", self.FILE)
        assert "unknown folder 'wrong_answers'; did you mean 'wrong_answer'?" in errors(root)[0]

    def test_missing_file_of_verdicts(self, root: Path) -> None:
        (root / self.FILE).unlink()
        assert f"{self.FILE}: is missing" in errors(root)[0]


class TestVisibility:
    def test_what_opens_later_shows_more(self, root: Path) -> None:
        edit(root, "visibility: full", "visibility: diff\n    after_due: full")
        assert load(root).spec.groups[0].after_due is Visibility.FULL
        edit(root, "after_due: full", "after_due: verdict")
        assert "'verdict' shows no more than 'diff' does before" in errors(root)[0]


class TestPitfalls:
    def test_a_section_is_a_heading_of_the_statement(self, root: Path) -> None:
        write(root, "statement.md", "## Sums {#sums}\n\nNo heading: {#added}\n")
        edit(root, "message: You added.", "message: You added., section: sums")
        load(root)
        edit(root, "section: sums", "section: sum")
        (error,) = errors(root)
        assert "statement.md has no heading with {#sum}; did you mean 'sums'?" in error
        edit(root, "section: sum", "section: added")
        assert "no heading with {#added}" in errors(root)[0]


class TestEquivalent:
    FILE = "submissions/equivalent.yaml"

    def test_declared_mutants(self, root: Path) -> None:
        write(root, self.FILE, "constant-1: {becomes: return x * 1, reason: the factor is one}\n")
        (mutant,) = load(root).equivalent.items()
        assert mutant == (
            "constant-1",
            EquivalentSpec(becomes="return x * 1", reason="the factor is one"),
        )

    def test_none_is_declared(self, root: Path) -> None:
        assert load(root).equivalent == {}

    def test_a_reason_is_needed(self, root: Path) -> None:
        write(root, self.FILE, "constant-1: {becomes: return x * 1}\n")
        (message,) = errors(root)
        assert message.startswith(f"{self.FILE}:1: ")
        assert "reason" in message


class TestFind:
    def test_by_slug(self, root: Path, tmp_path: Path) -> None:
        assert find("scale", [tmp_path / "none", tmp_path]).root == root

    def test_by_folder(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert find(str(root), []).root == root
        monkeypatch.chdir(root)
        assert find(".", []).slug == "scale"
        monkeypatch.chdir(root.parent)
        assert find("scale", []).slug == "scale"

    def test_unknown(self, root: Path, tmp_path: Path) -> None:
        with pytest.raises(PackageError, match=r"no problem 'scael'.*did you mean 'scale'\?"):
            find("scael", [tmp_path])

    @pytest.mark.parametrize("name", ["", "..", "/", "a/b", "a\0b", "x" * 5000])
    def test_odd_names(self, root: Path, name: str) -> None:
        with pytest.raises(PackageError):
            find(name, [root.parent])
