"""A program in the sandbox: source text compiled and executed as a module, its entry checked."""

from __future__ import annotations

import inspect
import linecache
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import errors


class LoadError(Exception):
    """A program that cannot be judged: ``kind`` is syntax, entry, signature or raised."""

    def __init__(self, kind: str, details: dict[str, Any]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.details = details

    def describe(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.details}


@dataclass(frozen=True)
class Program:
    """A loaded program and the function that is judged."""

    source: str
    entry: Callable[..., Any]

    @classmethod
    def load(cls, source: str, entry: str, parameters: list[str]) -> Program:
        """Executes the source as a module of its own. Raises LoadError."""
        try:
            code = compile(source, errors.FILE_NAME, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
            raise LoadError("syntax", _syntax(error)) from None
        module = types.ModuleType("solution")
        module.__file__ = errors.FILE_NAME
        # Dataclasses (so every Flax module) look their own module up by name.
        sys.modules["solution"] = module
        linecache.cache[errors.FILE_NAME] = _source_lines(source)
        try:
            exec(code, module.__dict__)  # noqa: S102 - what the sandbox is for
        except BaseException as error:
            raise LoadError("raised", errors.describe(error, source)) from None
        return cls(source, _checked(module.__dict__.get(entry), entry, parameters))


def _checked(function: Any, name: str, parameters: list[str]) -> Callable[..., Any]:
    wanted = f"{name}({', '.join(parameters)})"
    if function is None:
        message = f"There is no function {wanted} at the top level of the program."
        raise LoadError("entry", {"message": message})
    if not callable(function):
        message = f"{name} is not a function. The program has to define {wanted}."
        raise LoadError("entry", {"message": message})
    misfit = _misfit(function, name, parameters)
    if misfit is not None:
        message = f"{misfit[0]} cannot be called as {wanted}: {misfit[1]}."
        raise LoadError("signature", {"message": message})
    return function  # type: ignore[no-any-return]


def _misfit(function: Any, name: str, parameters: list[str]) -> tuple[str, str] | None:
    """The function's signature and why the parameters do not fit it; None where they do, and where
    it cannot be told: what tells a signature may be the program's own code."""
    try:
        signature = inspect.signature(function)
        try:
            signature.bind(**dict.fromkeys(parameters))
        except TypeError as error:
            return f"{name}{signature}", errors.text_of(error)
    except BaseException:
        return None
    return None


def _syntax(error: BaseException) -> dict[str, Any]:
    if isinstance(error, SyntaxError) and error.lineno:
        return {"message": f"line {error.lineno}: {error.msg}", "line": error.lineno}
    return {"message": errors.text_of(error) or type(error).__name__}


def _source_lines(source: str) -> tuple[int, None, list[str], str]:
    return len(source), None, source.splitlines(keepends=True), errors.FILE_NAME
