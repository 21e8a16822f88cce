"""What the grades of a course would be with a rejudge, beside what they are: nothing is stored."""

from __future__ import annotations

import hashlib
import json
import math
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses import grading
from app.courses.grading import ComputedGrade
from app.gradebook.anonymity import pseudonym, shown_student
from app.gradebook.repository import names
from app.models import Grade
from app.rejudge import outcome_repository as repository
from app.rejudge import selection
from app.rejudge.outcome_repository import Cell, Judged
from app.rejudge.schemas import Outcome, OutcomeRow, Standing
from app.rejudge.selection import Setting
from judge.verdict import Verdict

# Of two computations of the same points.
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Change:
    """What becomes of a student's points of a problem. ``left_out`` where they stay as they are so
    that nobody loses."""

    setting: Setting
    person_id: uuid.UUID
    before: Standing
    after: Standing
    left_out: bool

    @property
    def points(self) -> float:
        """By how much the points shown change."""
        if not differs(self.before.points, self.after.points):
            return 0.0
        return self.after.points - self.before.points


@dataclass(frozen=True)
class Computed:
    """All that a rejudge changes, and the submissions whose new attempts do it."""

    changes: tuple[Change, ...]
    submission_ids: tuple[uuid.UUID, ...] = ()
    fingerprint: str | None = None


async def compute(
    session: AsyncSession,
    course_id: uuid.UUID,
    rejudge_id: uuid.UUID,
    person_ids: Collection[uuid.UUID],
    *,
    nobody_loses: bool,
) -> Computed:
    """What a rejudge changes for these students, whose submissions it judged, as far as it is."""
    judged = await repository.judged(session, rejudge_id, person_ids)
    settings = {each.problem.id: each for each in await selection.settings(session, course_id)}
    before = await repository.grades(session, course_id, person_ids)
    by_hand = await repository.adjustments(session, course_id, person_ids)
    kept = judged
    after = await _as_if(session, course_id, rejudge_id, person_ids, kept)
    # Until nobody loses, or nobody by what is judged again.
    while nobody_loses and (fewer := _without(kept, _losing(before, after, by_hand))) != kept:
        kept = fewer
        after = await _as_if(session, course_id, rejudge_id, person_ids, kept)
    was = await _verdicts(session, before.values(), None)
    becomes = await _verdicts(session, after.values(), rejudge_id)
    touched = {each.cell for each in judged}
    used = {each.cell for each in kept}
    changes = []
    for cell in sorted(touched | before.keys() | after.keys()):
        problem_id, person_id = cell
        if problem_id not in settings:
            continue
        change = Change(
            setting=settings[problem_id],
            person_id=person_id,
            before=_standing(before.get(cell), by_hand.get(cell), was),
            after=_standing(
                after.get(cell), by_hand.get(cell), was if cell not in used else becomes
            ),
            left_out=cell in touched and cell not in used,
        )
        if cell in touched or change.points:
            changes.append(change)
    return Computed(
        tuple(changes),
        tuple(each.submission_id for each in kept),
        _fingerprint(rejudge_id, nobody_loses, changes),
    )


async def view(
    session: AsyncSession, computed: Computed, *, nobody_loses: bool, complete: bool
) -> Outcome:
    """The same as people read it."""
    changes = computed.changes
    known = await names(session, {each.person_id for each in changes})
    rows = [_row(change, known) for change in changes]
    rows.sort(key=lambda row: (row.change, row.assignment, row.problem, row.student))
    people = {each.person_id for each in changes}
    lose = {each.person_id for each in changes if each.points < 0}
    gain = {each.person_id for each in changes if each.points > 0} - lose
    return Outcome(
        fingerprint=computed.fingerprint,
        nobody_loses=nobody_loses,
        complete=complete,
        gain=len(gain),
        lose=len(lose),
        same=len(people) - len(gain) - len(lose),
        change=math.fsum(each.points for each in changes),
        rows=tuple(rows),
    )


def differs(before: float, after: float) -> bool:
    """Whether points are others, and not the same computed in another way."""
    return abs(after - before) > _TOLERANCE


async def _as_if(
    session: AsyncSession,
    course_id: uuid.UUID,
    rejudge_id: uuid.UUID,
    person_ids: Collection[uuid.UUID],
    kept: Sequence[Judged],
) -> dict[Cell, ComputedGrade]:
    grades = await grading.as_if_applied(
        session, course_id, rejudge_id, person_ids, [each.submission_id for each in kept]
    )
    return {(each.problem_id, each.person_id): each for each in grades}


def _losing(
    before: Mapping[Cell, Grade],
    after: Mapping[Cell, ComputedGrade],
    by_hand: Mapping[Cell, float],
) -> set[Cell]:
    """Where points shown would fall."""
    return {
        cell
        for cell, grade in before.items()
        if cell not in by_hand
        and (after[cell].points if cell in after else 0.0) < grade.points - _TOLERANCE
    }


def _without(kept: Sequence[Judged], losing: set[Cell]) -> list[Judged]:
    """What is left without that by which somebody loses. Where a student loses elsewhere alone,
    by late days that are spent otherwise, nothing of theirs is."""
    own = {each.cell for each in kept} & losing
    elsewhere = {person for _, person in losing} - {person for _, person in own}
    return [each for each in kept if each.cell not in own and each.cell[1] not in elsewhere]


async def _verdicts(
    session: AsyncSession,
    grades: Collection[Grade] | Collection[ComputedGrade],
    rejudge_id: uuid.UUID | None,
) -> dict[uuid.UUID, Verdict]:
    ids = {each.submission_id for each in grades if each.submission_id is not None}
    return await repository.verdicts(session, ids, rejudge_id)


def _standing(
    grade: Grade | ComputedGrade | None,
    by_hand: float | None,
    verdicts: Mapping[uuid.UUID, Verdict],
) -> Standing:
    earned = 0.0 if grade is None else grade.points
    submission_id = None if grade is None else grade.submission_id
    return Standing(
        points=earned if by_hand is None else by_hand,
        earned=earned,
        verdict=None if submission_id is None else verdicts.get(submission_id),
        submission_id=submission_id,
        days_late=0 if grade is None else grade.days_late,
        kept=1.0 if grade is None else grade.kept,
    )


def _row(change: Change, known: Mapping[uuid.UUID, str]) -> OutcomeRow:
    assignment, problem = change.setting.assignment, change.setting.problem
    person_id, name = shown_student(assignment, change.person_id, known.get(change.person_id, ""))
    return OutcomeRow(
        person_id=person_id,
        student=name,
        assignment_id=assignment.id,
        assignment=assignment.title,
        problem_id=problem.id,
        problem=change.setting.title,
        most_points=problem.points,
        before=change.before,
        after=change.after,
        change=change.points,
        left_out=change.left_out,
    )


def _fingerprint(rejudge_id: uuid.UUID, nobody_loses: bool, changes: Sequence[Change]) -> str:
    """Equal for equal outcomes alone. Students go into it by pseudonyms and in the order of these:
    who reads an outcome knows all else that does, and would find a name by trying."""
    said = [
        [
            str(each.setting.problem.id),
            str(pseudonym(each.setting.assignment, each.person_id)),
            each.before.model_dump(mode="json"),
            each.after.model_dump(mode="json"),
            each.left_out,
        ]
        for each in changes
    ]
    said.sort(key=lambda row: row[:2])
    document = json.dumps([str(rejudge_id), nobody_loses, said])
    return hashlib.sha256(document.encode()).hexdigest()
