"""All people of the service, as who runs it looks after them."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import own_data_repository
from app.accounts.addresses import tidy_address
from app.accounts.audit import record
from app.accounts.names import tidy_name
from app.courses.people import require_owners_elsewhere
from app.errors import AddressTaken, LastOwner, NameTaken
from app.models import AuditKind, Person, Role


async def add_person(
    session: AsyncSession, name: str, role: Role, address: str | None = None
) -> Person:
    """A new person, made on the command line. Raises NameTaken or AddressTaken where somebody has
    one of them already."""
    person = Person(
        name=tidy_name(name),
        role=role.value,
        email=tidy_address(address) if address is not None else None,
    )
    try:
        async with session.begin_nested():
            session.add(person)
            await session.flush()
    except IntegrityError as error:
        if "uq_people_email" in str(error.orig):
            raise AddressTaken(f"Somebody else has the address {person.email}.") from error
        raise NameTaken(f"There is somebody named '{person.name}' already.") from error
    await record(
        session,
        AuditKind.JOINED,
        person_id=person.id,
        actor_id=None,
        role=role.value,
        by="command line",
    )
    return person


async def remove_person(session: AsyncSession, person: Person) -> None:
    """Delete a person with all that is theirs, on the command line. The log of what happened
    keeps their id. Raises LastOwner where a course would have no owner any more."""
    try:
        await require_owners_elsewhere(session, person)
    except LastOwner as error:
        raise LastOwner(
            f"'{person.name}' is the only owner of a course. Name another owner there, or delete "
            "the course first."
        ) from error
    await record(session, AuditKind.ACCOUNT_DELETED, person_id=person.id, actor_id=None)
    await own_data_repository.delete_person(session, person.id)
