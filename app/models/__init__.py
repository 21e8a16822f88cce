"""The tables."""

from app.models.accounts import (
    AccountLink,
    ApiToken,
    LinkPurpose,
    Person,
    Role,
    SignInLink,
    SignInSession,
    SignInTries,
)
from app.models.audit import AuditEntry, AuditKind
from app.models.catalog import HintReveal, Problem
from app.models.submissions import Attempt, AttemptEvent, AttemptStatus, EventKind, Submission
from app.models.worker import WorkerHeartbeat

__all__ = [
    "AccountLink",
    "ApiToken",
    "Attempt",
    "AttemptEvent",
    "AttemptStatus",
    "AuditEntry",
    "AuditKind",
    "EventKind",
    "HintReveal",
    "LinkPurpose",
    "Person",
    "Problem",
    "Role",
    "SignInLink",
    "SignInSession",
    "SignInTries",
    "Submission",
    "WorkerHeartbeat",
]
