"""The mail that tells somebody without an account of a course that waits for them."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import joining
from app.accounts.mail import Mail
from app.courses.access import InCourse
from app.models import Role
from app.settings import Settings, SignUp


def invites_by_mail(settings: Settings) -> bool:
    """Whether who has no account is told how to get one. Where the service takes nobody in, there
    is nothing to tell."""
    return settings.sign_up is not SignUp.CLOSED


async def invitation_mail(
    session: AsyncSession, settings: Settings, who: InCourse, email: str
) -> Mail | None:
    """What is sent to an address that nobody has: how to get an account, by which they are in the
    course. None where the service takes nobody in."""
    if not invites_by_mail(settings):
        return None
    if _may_sign_up(settings, email):
        how = f"Sign up with this address, and you are in it:\n\n{settings.base_url}/signup\n"
    else:
        invitation = await joining.invite(session, settings, email, Role.LEARNER, who.person)
        how = (
            "Open this link within 14 days to choose a name and a password, and you are in it:\n\n"
            f"{invitation.url}\n"
        )
    course = " ".join(filter(None, (who.course.title, who.course.term)))
    return Mail(
        email,
        f"You are invited to {course}",
        f"{who.person.name} has put you on the list of the course {course} on Jurax, where "
        f"programs in JAX are judged.\n{how}",
    )


def _may_sign_up(settings: Settings, email: str) -> bool:
    if settings.sign_up is SignUp.DOMAIN:
        return email.rpartition("@")[2] in settings.domains
    return settings.sign_up is SignUp.OPEN
