"""The tables."""

from app.models.accounts import ApiToken, Person, Role, SignInLink, SignInSession, SignInTries
from app.models.catalog import HintReveal, Problem
from app.models.submissions import Attempt, AttemptEvent, AttemptStatus, EventKind, Submission
from app.models.worker import WorkerHeartbeat

__all__ = [
    "ApiToken",
    "Attempt",
    "AttemptEvent",
    "AttemptStatus",
    "EventKind",
    "HintReveal",
    "Person",
    "Problem",
    "Role",
    "SignInLink",
    "SignInSession",
    "SignInTries",
    "Submission",
    "WorkerHeartbeat",
]
