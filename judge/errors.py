"""Errors of the judge itself. Each message says what is wrong and what would put it right."""

from __future__ import annotations


class JudgeError(Exception):
    """Judging is not possible; never the learner's fault."""


class SandboxUnavailable(JudgeError):
    """The sandbox cannot be built on this machine as it is."""


class BackendUnavailable(JudgeError):
    """The backend that was asked for has no device, or the runtime has no support for it."""
