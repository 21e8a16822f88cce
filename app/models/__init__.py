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
from app.models.assignments import (
    Assignment,
    AssignmentProblem,
    Feedback,
    PackageSnapshot,
    PlanPolicy,
)
from app.models.audit import AuditEntry, AuditKind
from app.models.catalog import HintReveal, Problem
from app.models.courses import (
    Course,
    CourseInvitation,
    CourseRole,
    Enrolment,
    GrantMember,
    GrantRow,
    Section,
)
from app.models.grading import (
    Adjustment,
    CodeComment,
    Grade,
    GradeChange,
    GradeChangeKind,
    Notice,
    RegradeRequest,
    Rejudge,
    RejudgeStatus,
)
from app.models.identities import Identity, ProviderVisit
from app.models.submissions import Attempt, AttemptEvent, AttemptStatus, EventKind, Submission
from app.models.worker import WorkerHeartbeat

__all__ = [
    "AccountLink",
    "Adjustment",
    "ApiToken",
    "Assignment",
    "AssignmentProblem",
    "Attempt",
    "AttemptEvent",
    "AttemptStatus",
    "AuditEntry",
    "AuditKind",
    "CodeComment",
    "Course",
    "CourseInvitation",
    "CourseRole",
    "Enrolment",
    "EventKind",
    "Feedback",
    "Grade",
    "GradeChange",
    "GradeChangeKind",
    "GrantMember",
    "GrantRow",
    "HintReveal",
    "Identity",
    "LinkPurpose",
    "Notice",
    "PackageSnapshot",
    "Person",
    "PlanPolicy",
    "Problem",
    "ProviderVisit",
    "RegradeRequest",
    "Rejudge",
    "RejudgeStatus",
    "Role",
    "Section",
    "SignInLink",
    "SignInSession",
    "SignInTries",
    "Submission",
    "WorkerHeartbeat",
]
