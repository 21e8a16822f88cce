"""Why a rejudge cannot be decided, or not yet."""

from __future__ import annotations

from http import HTTPStatus

from app.errors import ProblemDocument, ServiceError
from app.rejudge.schemas import Outcome, Progress


class StillJudging(ServiceError):
    """Not all of a rejudge is judged."""

    status = HTTPStatus.CONFLICT
    kind = "still-judging"
    title = "Not everything is judged yet"

    def __init__(self, progress: Progress) -> None:
        super().__init__(
            f"{progress.judged} of {progress.total} submissions are judged. Wait until all are, or "
            "discard the rejudge.",
            headers={"Retry-After": "5"},
        )


class AlreadyDecided(ServiceError):
    """A rejudge was applied or discarded before."""

    status = HTTPStatus.CONFLICT
    kind = "already-decided"
    title = "The rejudge was decided before"


class OutcomeDocument(ProblemDocument):
    """The same as every error, with the outcome as it is now."""

    outcome: Outcome


class OutcomeChanged(ServiceError):
    """Applying would do something other than was shown."""

    status = HTTPStatus.CONFLICT
    kind = "outcome-changed"
    title = "Not what was shown"

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(
            "The grades are not what they were when this outcome was shown: work came in, points "
            f"were set or rules were changed since. Now {outcome.gain} students would gain and "
            f"{outcome.lose} would lose points. Look again, then apply with the new fingerprint."
        )
        self.outcome = outcome

    def document(self) -> ProblemDocument:
        """The problem document of this error, and in it what would happen now."""
        return OutcomeDocument(**super().document().model_dump(), outcome=self.outcome)
