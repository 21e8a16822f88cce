"""What a person may read of a problem."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.repository import lock_person
from app.catalog import repository, views
from app.catalog.packages import Shelf, shelf
from app.catalog.schemas import (
    HintView,
    ProblemCard,
    ProblemLink,
    ProblemView,
    SolutionView,
    State,
)
from app.catalog.viewing import Viewed, tell_viewed
from app.errors import NothingLeft, SolutionLocked, UnknownProblem
from app.models import Person, Problem
from app.submissions.running import running_assignment, until_it_ends
from app.submissions.sight import withheld_from
from judge.package import Package
from judge.spec import Reveal, Unlock

log = structlog.get_logger(__name__)


async def list_problems(session: AsyncSession, person: Person | None) -> list[ProblemCard]:
    """All problems, by track and position, with how far the person is with each."""
    states = await states_of(session, person)
    problems = await repository.listed_problems(session)
    return [_card(problem, states.get(problem.slug, State.UNSOLVED)) for problem in problems]


async def view_problem(
    session: AsyncSession,
    slug: str,
    person: Person | None,
    *,
    pinned: Package | None = None,
    hidden_groups: Collection[str] = (),
) -> ProblemView:
    """A problem as this person may see it: as it is on the shelf or, for an assignment, by the
    version that is pinned, with these groups hidden."""
    if pinned is None:
        problem, package = await _find(session, slug)
    else:
        problem, package = await _find_pinned(session, slug, pinned)
    if person is not None and pinned is None:
        await tell_viewed(session, Viewed(slug=slug))
    spec = package.spec
    state = await _state_of(session, slug, person)
    unlock = await _unlock(session, package, state, person)
    revealed = await _revealed(session, package, person)
    before, after = _neighbours(await repository.listed_problems(session), problem)
    return ProblemView(
        slug=slug,
        title=spec.title,
        track=spec.track,
        position=spec.position,
        difficulty=spec.difficulty.value,
        tags=spec.tags,
        summary=spec.summary,
        state=state,
        version=spec.version,
        statement=package.statement,
        entry=spec.entry,
        signature=views.signature(spec),
        objectives=spec.objectives,
        inputs=views.input_rows(spec),
        output=views.output_row(spec.output),
        pitfalls=views.pitfall_rows(spec),
        limits=views.limits_view(package),
        backends=tuple(backend.value for backend in spec.backends),
        groups=views.group_views(spec, hidden_groups),
        starter=package.starter,
        hints_revealed=tuple(package.hints[:revealed]),
        hints_total=len(package.hints),
        solution=package.solution if unlock is None else None,
        unlock=unlock,
        previous=before,
        next=after,
    )


async def reveal_hint(
    session: AsyncSession, slug: str, person: Person, *, pinned: Package | None = None
) -> HintView:
    """Reveal the next hint of a problem to a person: of the version on the shelf or, for an
    assignment, of the one that is pinned. How many are revealed is of the problem, whose versions
    share that."""
    package = pinned or (await _find(session, slug))[1]
    # Two clicks at once must reveal two hints or one, never fail on each other.
    await lock_person(session, person.id)
    number = await _revealed(session, package, person) + 1
    total = len(package.hints)
    if number > total:
        raise NothingLeft(
            f"All {total} hints of this problem are revealed; GET /api/v1/problems/{slug} holds "
            "them."
            if total
            else "This problem has no hints."
        )
    await repository.add_reveal(session, person.id, slug, number)
    return HintView(number=number, total=total, text=package.hints[number - 1])


async def read_solution(session: AsyncSession, slug: str, person: Person | None) -> SolutionView:
    """The editorial, if this person has earned it."""
    _, package = await _find(session, slug)
    unlock = await _unlock(session, package, await _state_of(session, slug, person), person)
    if unlock is not None:
        raise SolutionLocked(unlock)
    return SolutionView(problem=slug, text=package.solution)


def how_to_unlock(package: Package, state: State, person: Person | None) -> str | None:
    """What a person has to do to read the solution; None where it is open to them."""
    policy = package.spec.solution.unlock
    if policy is Unlock.ALWAYS or (person is not None and person.is_staff):
        return None
    if policy is Unlock.NEVER:
        return "The solution of this problem is for instructors only."
    if policy is Unlock.ACCEPTED:
        todo = "solve the problem" if person else "sign in and solve the problem"
        earned = state is State.SOLVED
    else:
        todo = "submit a program and wait for its verdict"
        todo = todo if person else f"sign in, {todo}"
        earned = state is not State.UNSOLVED
    if person is not None and earned:
        return None
    return f"To read the solution, {todo}."


async def require_problem(session: AsyncSession, slug: str) -> None:
    """Raise UnknownProblem unless there is such a problem to submit to."""
    await _find(session, slug)


async def seed_problems(session: AsyncSession, packages: Shelf) -> None:
    """Bring the table of problems up to date with the packages."""
    await repository.unlist_problems_except(session, list(packages))
    stored = await repository.slugs_by_uuid(session)
    rows = []
    for package in packages.values():
        spec = package.spec
        slug = stored.get(spec.uuid, package.slug)
        if slug != package.slug:
            if slug in packages:
                log.error("two packages share a uuid", kept=slug, left_out=package.slug)
                continue
            await repository.rename_problem(session, slug, package.slug)
        # One whose slug goes to another package is no longer stored under it.
        stored = {key: value for key, value in stored.items() if value != package.slug}
        stored[spec.uuid] = package.slug
        rows.append(
            {
                "slug": package.slug,
                "uuid": spec.uuid,
                "version": spec.version,
                "title": spec.title,
                "summary": spec.summary,
                "track": spec.track,
                "position": spec.position,
                "difficulty": spec.difficulty.value,
                "tags": list(spec.tags),
                "package_sha256": package.sha256,
            }
        )
    await repository.upsert_problems(session, rows)


async def _find(session: AsyncSession, slug: str) -> tuple[Problem, Package]:
    package = shelf().get(slug)
    problem = await repository.find_problem(session, slug) if package else None
    if problem is None or package is None:
        raise UnknownProblem(slug)
    return problem, package


async def _find_pinned(
    session: AsyncSession, slug: str, pinned: Package
) -> tuple[Problem, Package]:
    """What an assignment pins may be off the list since."""
    problem = await repository.find_unlisted(session, slug)
    if problem is None:
        raise UnknownProblem(slug)
    return problem, pinned


async def _unlock(
    session: AsyncSession, package: Package, state: State, person: Person | None
) -> str | None:
    """What keeps a person from reading the solution: that an assignment of theirs runs which sets
    the problem, whatever they have earned elsewhere, else what they have to do first."""
    if person is not None and not person.is_staff:
        running = await running_assignment(session, person, package.slug)
        if running is not None:
            return until_it_ends(running)
    return how_to_unlock(package, state, person)


async def _revealed(session: AsyncSession, package: Package, person: Person | None) -> int:
    if package.spec.hints.reveal is Reveal.ALL:
        return len(package.hints)
    if person is None:
        return 0
    return min(
        await repository.hints_revealed(session, person.id, package.slug), len(package.hints)
    )


async def states_of(
    session: AsyncSession, person: Person | None, slug: str | None = None
) -> dict[str, State]:
    """How far a person is with the problems that they had something judged of, by slug. What an
    assignment does not tell yet shows as attempted, whatever came of it."""
    if person is None:
        return {}
    tried = await repository.tried(session, person.id, slug)
    sent = {each.assignment_problem_id for each in tried if each.assignment_problem_id}
    withheld = await withheld_from(session, person, sent)
    states: dict[str, State] = {}
    for each in tried:
        if each.accepted and each.assignment_problem_id not in withheld:
            states[each.slug] = State.SOLVED
        else:
            states.setdefault(each.slug, State.ATTEMPTED)
    return states


async def _state_of(session: AsyncSession, slug: str, person: Person | None) -> State:
    return (await states_of(session, person, slug)).get(slug, State.UNSOLVED)


def _card(problem: Problem, state: State) -> ProblemCard:
    return ProblemCard(
        slug=problem.slug,
        title=problem.title,
        track=problem.track,
        position=problem.position,
        difficulty=problem.difficulty,
        tags=tuple(problem.tags),
        summary=problem.summary,
        state=state,
    )


def _neighbours(
    problems: Sequence[Problem], problem: Problem
) -> tuple[ProblemLink | None, ProblemLink | None]:
    track = [other for other in problems if other.track == problem.track]
    if not problem.listed:
        return None, None
    here = [other.slug for other in track].index(problem.slug)
    links = [ProblemLink(slug=other.slug, title=other.title) for other in track]
    before = links[here - 1] if here > 0 else None
    after = links[here + 1] if here + 1 < len(links) else None
    return before, after
