"""Errors that are answered as RFC 9457 problem documents, one class a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import HTTPException
from pydantic import BaseModel


class ErrorItem(BaseModel):
    """One thing that is wrong with a request: where (for example ``body.source``), and in words."""

    location: str
    message: str


class ProblemDocument(BaseModel):
    """The body of every error (``application/problem+json``)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ErrorItem] = []


class ServiceError(HTTPException):
    """An answer other than the one asked for. ``detail`` says what to do."""

    status: ClassVar[int] = HTTPStatus.INTERNAL_SERVER_ERROR
    kind: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[ErrorItem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(self.status, detail, dict(headers) if headers else None)
        self.errors = list(errors)

    def document(self) -> ProblemDocument:
        """The problem document of this error."""
        return ProblemDocument(
            type=type_uri(self.kind),
            title=self.title,
            status=self.status,
            detail=str(self.detail),
            errors=self.errors,
        )


class NotFound(ServiceError):
    """There is nothing at the address, or nothing that this person may know of."""

    status = HTTPStatus.NOT_FOUND
    kind = "not-found"
    title = "Not found"


class UnknownProblem(NotFound):
    """No problem has this slug."""

    kind = "unknown-problem"
    title = "Unknown problem"

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"There is no problem named {slug[:100]!a}. GET /api/v1/problems lists those there are."
        )


class NotSignedIn(ServiceError):
    """Who is asking is not known."""

    status = HTTPStatus.UNAUTHORIZED
    kind = "not-signed-in"
    title = "Not signed in"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            detail
            or "Sign in with the link that `jurax serve` prints, or send an API token in the "
            "header 'Authorization: Bearer TOKEN' (`jurax admin token NAME --role learner` makes "
            "one).",
            headers={"WWW-Authenticate": 'Bearer realm="jurax"'},
        )


class Forbidden(ServiceError):
    """It is known who is asking, and this person may not."""

    status = HTTPStatus.FORBIDDEN
    kind = "forbidden"
    title = "Not allowed"


class ScopeMissing(Forbidden):
    """The API token was not made for this, whatever its person may."""

    kind = "scope-missing"
    title = "The API token may not do this"


class SolutionLocked(Forbidden):
    """The solution is not earned yet; the detail says how to earn it."""

    kind = "solution-locked"
    title = "The solution is not unlocked yet"


class CrossSiteRequest(Forbidden):
    """A page of another site tried to act in the name of who is signed in here."""

    kind = "cross-site-request"
    title = "Refused a request from another site"


class Invalid(ServiceError):
    """The request can be read but does not make sense."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    kind = "invalid-request"
    title = "The request is not valid"


class TooLarge(ServiceError):
    """The body or the source is over its limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    kind = "too-large"
    title = "Too large"


class TooSlow(ServiceError):
    """The body takes too long to come."""

    status = HTTPStatus.REQUEST_TIMEOUT
    kind = "too-slow"
    title = "Too slow"


class KeyReused(ServiceError):
    """An idempotency key came again with another body."""

    status = HTTPStatus.CONFLICT
    kind = "idempotency-key-reused"
    title = "The idempotency key was used for another submission"


class AddressTaken(ServiceError):
    """An e-mail address belongs to somebody else."""

    status = HTTPStatus.CONFLICT
    kind = "address-taken"
    title = "The e-mail address is taken"


class NameTaken(ServiceError):
    """A name belongs to somebody else."""

    status = HTTPStatus.CONFLICT
    kind = "name-taken"
    title = "The name is taken"


class IdentityTaken(ServiceError):
    """An identity at the provider belongs to another account."""

    status = HTTPStatus.CONFLICT
    kind = "identity-taken"
    title = "This identity belongs to another account"


class LastWayIn(ServiceError):
    """Nothing would be left by which the person could sign in."""

    status = HTTPStatus.CONFLICT
    kind = "last-way-in"
    title = "This is the only way to sign in"


class LastAdmin(ServiceError):
    """The service would be left without an admin."""

    status = HTTPStatus.CONFLICT
    kind = "last-admin"
    title = "The service needs an admin"


class ProviderFailed(ServiceError):
    """The provider by which people sign in does not answer, or not as it should."""

    status = HTTPStatus.FAILED_DEPENDENCY
    kind = "provider-failed"
    title = "The sign-in of another service failed"


class TooManyQueued(ServiceError):
    """The person has as many submissions waiting as one may have."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    kind = "too-many-queued"
    title = "Too many submissions are waiting"


class TooManySubmitted(ServiceError):
    """The person has submitted as much as one may within an hour."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    kind = "too-many-submitted"
    title = "Too many submissions within an hour"


class TooManyTries(ServiceError):
    """Too many tries have failed: to sign in, or to guess a code."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    kind = "too-many-tries"
    title = "Too many tries"


class TooManyOpen(ServiceError):
    """The person holds as many answers open as one may."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    kind = "too-many-open"
    title = "Too many answers are open"


class LastOwner(ServiceError):
    """A course would be left without an owner."""

    status = HTTPStatus.CONFLICT
    kind = "last-owner"
    title = "A course needs an owner"


class NotConfirmed(ServiceError):
    """What cannot be undone was asked for without the words that confirm it."""

    status = HTTPStatus.CONFLICT
    kind = "not-confirmed"
    title = "This was not confirmed"


class ClassListChanged(ServiceError):
    """Applying a class list would now do something other than its preview said."""

    status = HTTPStatus.CONFLICT
    kind = "class-list-changed"
    title = "Not what the preview showed"


class ChangedMeanwhile(ServiceError):
    """Somebody else has changed what is to be changed since it was read."""

    status = HTTPStatus.CONFLICT
    kind = "changed-meanwhile"
    title = "Somebody else changed it meanwhile"


class HasSubmissions(ServiceError):
    """Something cannot go because people have submitted to it."""

    status = HTTPStatus.CONFLICT
    kind = "has-submissions"
    title = "There are submissions to it"


class AlreadyAsked(ServiceError):
    """The same person's question about the same grade waits for an answer."""

    status = HTTPStatus.CONFLICT
    kind = "already-asked"
    title = "A question about this grade is open already"


class AlreadyAnswered(ServiceError):
    """A question has its answer: nothing of it is changed any more."""

    status = HTTPStatus.CONFLICT
    kind = "already-answered"
    title = "The question was answered already"


class NothingLeft(ServiceError):
    """All there is has been given already."""

    status = HTTPStatus.CONFLICT
    kind = "nothing-left"
    title = "Nothing left"


class Unavailable(ServiceError):
    """A part of the service that is needed does not answer."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    kind = "unavailable"
    title = "Not available at the moment"


def type_uri(kind: str) -> str:
    """The reference that identifies a kind of error: a place in this service's own /docs."""
    return f"/docs#error-{kind}"


def documented(*errors: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """The ``responses=`` of a route that may answer with these errors."""
    described: dict[int | str, list[str]] = {}
    for error in errors:
        described.setdefault(int(error.status), []).append(f"{error.title} (`{error.kind}`)")
    return {
        status: {"model": ProblemDocument, "description": "; ".join(texts)}
        for status, texts in described.items()
    }
