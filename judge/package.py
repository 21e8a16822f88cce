"""Loads a problem package: a folder of declarations, texts and programs, none of which is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from judge.package_error import Complaints, PackageError, nearest
from judge.package_files import EQUIVALENT, SUBMISSIONS, digest, read_folder
from judge.package_yaml import check, read
from judge.spec import EquivalentSpec, ProblemSpec, SubmissionSpec
from judge.spec_check import check_spec
from judge.verdict import Reason, Verdict

__all__ = ["SLUG", "KnownSubmission", "Package", "PackageError", "find", "load"]

FOLDERS = {
    "accepted": Verdict.AC,
    "wrong_answer": Verdict.WA,
    "run_time_error": Verdict.RTE,
    "time_limit_exceeded": Verdict.TLE,
    "memory_limit_exceeded": Verdict.MLE,
    "output_limit_exceeded": Verdict.OLE,
    "compile_error": Verdict.CE,
}

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ANCHOR = re.compile(r"^#+ .*\{#([a-z0-9-]+)\}\s*$", re.MULTILINE)


@dataclass(frozen=True)
class KnownSubmission:
    """A program whose verdict the author knows, and those of some groups by name. ``path`` as in
    ``wrong_answer/dense_0.py``, ``name`` as in ``dense_0``."""

    path: str
    name: str
    source: str
    verdict: Verdict
    reason: Reason | None = None
    pitfall: str | None = None
    groups: Mapping[str, Verdict] = field(default_factory=dict)


@dataclass(frozen=True)
class Package:
    """A problem package in memory: everything that grading needs, whatever becomes of the folder.
    ``sha256`` identifies its whole content; ``equivalent`` holds mutants of the reference that the
    author declares to be right, by name."""

    root: Path
    slug: str
    spec: ProblemSpec
    sha256: str
    statement: str
    hints: tuple[str, ...]
    solution: str
    starter: str
    reference: str
    warmup: str | None
    submissions: tuple[KnownSubmission, ...]
    equivalent: Mapping[str, EquivalentSpec] = field(default_factory=dict)


def load(path: Path) -> Package:
    """The package in the folder ``path``. PackageError holds everything that is wrong with it."""
    shown = path.as_posix()
    if not _is_folder(path):
        raise PackageError("is no folder", shown)
    root = path.resolve()
    complaints = Complaints()
    if not SLUG.fullmatch(root.name):
        complaints.add("the folder's name is the slug: a-z and 0-9, with single hyphens", shown)
    texts = read_folder(root, shown, complaints)
    spec = _spec(texts, shown, complaints)
    _check_sections(texts, spec, shown, complaints)
    submissions = _submissions(texts, spec, shown, complaints)
    equivalent = _equivalent(texts, shown, complaints)
    for name in ("reference.py", "starter.py", "warmup.py"):
        if name in texts:
            entry_needed = spec if name != "warmup.py" else None
            _check_program(texts[name], entry_needed, f"{shown}/{name}", complaints)
    hints = _hints(texts, shown, complaints)
    complaints.raise_if_any()
    if spec is None:  # there was a complaint then
        raise PackageError("cannot be read", shown)
    return Package(
        root=root,
        slug=root.name,
        spec=spec,
        sha256=digest(texts),
        statement=texts["statement.md"],
        hints=hints,
        solution=texts["solution.md"],
        starter=texts["starter.py"],
        reference=texts["reference.py"],
        warmup=texts.get("warmup.py"),
        submissions=submissions,
        equivalent=equivalent,
    )


def find(name_or_path: str, roots: Sequence[Path]) -> Package:
    """The package of that slug under one of ``roots``, else in the folder of that path."""
    if SLUG.fullmatch(name_or_path):
        for root in roots:
            if _is_folder(root / name_or_path):
                return load(root / name_or_path)
    if name_or_path and _is_folder(Path(name_or_path)):
        return load(Path(name_or_path))
    known = [child.parent.name for root in roots for child in root.glob("*/problem.yaml")]
    raise PackageError(
        f"there is no problem '{name_or_path}', neither a slug nor a folder"
        f"{nearest(name_or_path, known)}"
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # too long a name, for one
        return False


def _spec(texts: Mapping[str, str], shown: str, complaints: Complaints) -> ProblemSpec | None:
    if "problem.yaml" not in texts:
        return None
    source = read(texts["problem.yaml"], f"{shown}/problem.yaml", complaints)
    if source is None:
        return None
    spec = check(source, ProblemSpec, complaints)
    if spec is not None:
        check_spec(spec, source, complaints)
    return spec


def _submissions(
    texts: Mapping[str, str], spec: ProblemSpec | None, shown: str, complaints: Complaints
) -> tuple[KnownSubmission, ...]:
    """The known submissions in the order of submissions.yaml, each declared and each there."""
    programs = {
        name.removeprefix("submissions/"): text
        for name, text in texts.items()
        if name.startswith("submissions/") and name.endswith(".py")
    }
    file = f"{shown}/{SUBMISSIONS}"
    if SUBMISSIONS not in texts:
        if programs:
            complaints.add("is missing: it says what each known submission must get", file)
        return ()
    source = read(texts[SUBMISSIONS], file, complaints)
    if source is None:
        return ()
    declared = check(source, dict[str, SubmissionSpec], complaints)
    if declared is None:
        return ()
    for name in sorted(programs.keys() - declared.keys()):
        complaints.add(f"has no entry in {SUBMISSIONS}", f"{shown}/submissions/{name}")
    for name, known in declared.items():
        line = source.line((name,))
        if name not in programs:
            complaints.add(f"there is no file '{name}'{nearest(name, programs)}", file, line)
        _check_known(name, known, spec, file, line, complaints)
    return tuple(
        KnownSubmission(
            path=name,
            name=Path(name).stem,
            source=programs[name],
            verdict=known.verdict,
            reason=known.reason,
            pitfall=known.pitfall,
            groups=known.groups,
        )
        for name, known in declared.items()
        if name in programs
    )


def _equivalent(
    texts: Mapping[str, str], shown: str, complaints: Complaints
) -> dict[str, EquivalentSpec]:
    """The mutants declared equivalent. Whether there are such mutants is validation's to say."""
    if EQUIVALENT not in texts:
        return {}
    source = read(texts[EQUIVALENT], f"{shown}/{EQUIVALENT}", complaints)
    declared = check(source, dict[str, EquivalentSpec], complaints) if source is not None else None
    return declared or {}


def _check_sections(
    texts: Mapping[str, str], spec: ProblemSpec | None, shown: str, complaints: Complaints
) -> None:
    """A pitfall's section is an anchor of the statement: ``## Heading {#section}``."""
    if spec is None or "statement.md" not in texts:
        return
    anchors = _ANCHOR.findall(texts["statement.md"])
    for pitfall in spec.pitfalls:
        if pitfall.section is not None and pitfall.section not in anchors:
            complaints.add(
                f"pitfall {pitfall.id}: statement.md has no heading with "
                f"{{#{pitfall.section}}}{nearest(pitfall.section, anchors)}",
                f"{shown}/problem.yaml",
            )


def _check_known(
    name: str,
    known: SubmissionSpec,
    spec: ProblemSpec | None,
    file: str,
    line: int | None,
    complaints: Complaints,
) -> None:
    folder = name.partition("/")[0]
    if folder not in FOLDERS:
        complaints.add(f"{name}: unknown folder '{folder}'{nearest(folder, FOLDERS)}", file, line)
    elif known.verdict is not FOLDERS[folder]:
        complaints.add(
            f"{name}: the verdict {known.verdict} does not belong in {folder}/, which holds "
            f"{FOLDERS[folder]}",
            file,
            line,
        )
    if known.reason is not None and known.verdict is not Verdict.WA:
        complaints.add(f"{name}: only WA has a reason", file, line)
    groups = [group.name for group in spec.groups] if spec is not None else known.groups
    for group in known.groups:
        if group not in groups:
            tail = nearest(group, groups)
            complaints.add(f"{name}: no group is called '{group}'{tail}", file, line)
    if known.pitfall is not None and spec is not None and spec.pitfall(known.pitfall) is None:
        tail = nearest(known.pitfall, (pitfall.id for pitfall in spec.pitfalls))
        complaints.add(f"{name}: no pitfall is called '{known.pitfall}'{tail}", file, line)


def _check_program(
    source: str, spec: ProblemSpec | None, file: str, complaints: Complaints
) -> None:
    """Syntax, and with a ``spec`` the entry point with exactly the declared parameters."""
    try:
        module = ast.parse(source)
    except SyntaxError as error:
        complaints.add(f"is not Python: {error.msg}", file, error.lineno)
        return
    except (ValueError, RecursionError, MemoryError) as error:
        complaints.add(f"is not Python: {error}", file)
        return
    if spec is None:
        return
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    entries = [function for function in functions if function.name == spec.entry]
    if not entries:
        tail = nearest(spec.entry, (function.name for function in functions)) if functions else ""
        complaints.add(f"defines no function '{spec.entry}' at the top level{tail}", file)
        return
    arguments = entries[-1].args
    names = [argument.arg for argument in arguments.args]
    declared = spec.parameters
    others = (arguments.posonlyargs, arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    if names != declared or any(others):
        complaints.add(
            f"{spec.entry} must have exactly the declared parameters ({', '.join(declared)})",
            file,
            entries[-1].lineno,
        )


def _hints(texts: Mapping[str, str], shown: str, complaints: Complaints) -> tuple[str, ...]:
    """The hints in the order of their numbers, which run from 1 without a gap."""
    numbered = {
        int(Path(name).stem): text for name, text in texts.items() if name.startswith("hints/")
    }
    for number in range(1, max(numbered, default=0) + 1):
        if number not in numbered:
            complaints.add(
                "is missing: hints are numbered without a gap", f"{shown}/hints/{number}.md"
            )
    return tuple(text for _, text in sorted(numbered.items()))
