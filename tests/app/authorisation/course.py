"""A course with everything that can be in it; each text there is a marker."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import service as accounts
from app.courses.grading import recompute
from app.courses.rules import AssignmentRules, Window
from app.db.base import now
from app.models import (
    AccountLink,
    Adjustment,
    Assignment,
    AssignmentProblem,
    CodeComment,
    Course,
    CourseInvitation,
    CourseRole,
    Enrolment,
    Feedback,
    GradeChange,
    GradeChangeKind,
    Identity,
    LinkPurpose,
    Notice,
    Person,
    RegradeRequest,
    Rejudge,
    Role,
    Section,
    Submission,
)
from app.submissions.documents import storable
from judge.package import Package
from tests.app.authorisation.people import (
    GRADERS,
    HERE,
    LEFT,
    STUDENTS,
    THERE,
    School,
)
from tests.app.conftest import PROBLEM
from tests.app.coursework import (
    add_attempt,
    enrol,
    grant,
    make_assignment,
    make_course,
    set_problem,
)
from tests.app.marked import marked_report


@dataclass
class Builder:
    """What makes one course."""

    session: AsyncSession
    school: School
    package: Package
    name: str
    common: dict[str, str] = field(default_factory=dict)

    async def build(self) -> None:
        school, name = self.school, self.name
        code = {HERE: "0000BBBB", THERE: "1111CCCC"}[name]
        course = await make_course(
            self.session,
            title=school.mark(f"{name}-course", school.members(name)),
            term=school.mark(f"{name}-term", school.members(name)),
            join_code=code,
        )
        teachers = {
            each
            for each, asker in school.askers.items()
            if asker.standing(name) in (CourseRole.INSTRUCTOR, CourseRole.OWNER)
        }
        school.readers[f"{code[:4]}-{code[4:]}"] = frozenset(teachers)
        enrolments = await self._enrol(course)
        listed = await self._assignment(course, "listed", published_at=now())
        second = await self._assignment(course, "second", position=1, published_at=now())
        held = await self._assignment(
            course, "held", position=2, feedback=Feedback.AFTER_PUBLISHING.value
        )
        hidden = await self._assignment(course, "hidden", position=3, listed=False)
        later = await make_assignment(
            self.session,
            course,
            AssignmentRules(window=Window(opens_at=now() + timedelta(days=1))),
            title=school.mark(f"{name}-later-assignment", school.members(name)),
            instructions=school.mark(f"{name}-later-instructions", school.staff(name)),
            position=4,
        )
        await set_problem(self.session, later, self.package)
        invitation = CourseInvitation(
            course_id=course.id,
            email=school.mark(f"{name}-invitation", school.staff(name)) + "@example.com",
        )
        service_invitation = AccountLink(
            purpose=LinkPurpose.INVITATION.value,
            email=school.mark(f"{name}-service-invitation", {"admin"}) + "@example.com",
            role=Role.LEARNER.value,
            token_hash=name.encode() * 8,
            expires_at=now() + timedelta(days=1),
        )
        rejudge = Rejudge(
            course_id=course.id,
            chosen={},
            reason=school.mark(f"{name}-rejudge-reason", school.staff(name)),
            by_id=None,
        )
        gone = Section(course_id=course.id, name="Nobody is in it")
        self.session.add_all([invitation, service_invitation, rejudge, gone])
        await self.session.flush()
        left = school.askers["left_student" if name == HERE else "third"].person
        assert left is not None
        self.common = {
            "course_id": str(course.id),
            "course_title": course.title,
            "join_code": code,
            "slug": PROBLEM,
            "number": "1",
            "assignment_id": str(listed[0].id),
            "assignment_title": listed[0].title,
            "problem_id": str(listed[1].id),
            "askable_problem_id": str(second[1].id),
            "held_assignment_id": str(held[0].id),
            "hidden_assignment_id": str(hidden[0].id),
            "hidden_problem_id": str(hidden[1].id),
            "section_id": str(gone.id),
            "invitation_id": str(invitation.id),
            "service_invitation_id": str(service_invitation.id),
            "rejudge_id": str(rejudge.id),
            "left_person_id": str(left.id),
            "sha256": self.package.sha256,
        }
        for student in STUDENTS[name]:
            await self._work(course, student, enrolments[student], listed, held[1], rejudge)
        await recompute(self.session, course.id, [each.person_id for each in enrolments.values()])

    async def _enrol(self, course: Course) -> dict[str, Enrolment]:
        section = Section(
            course_id=course.id,
            name=self.school.mark(f"{self.name}-section", self.school.members(self.name)),
        )
        self.session.add(section)
        await self.session.flush()
        found = {}
        for each, asker in self.school.askers.items():
            role = asker.roles.get(self.name)
            if self.name == HERE and each in LEFT:
                role = LEFT[each]
            if role is None or asker.person is None:
                continue
            made = await enrol(self.session, course, asker.person, role)
            made.section_id = section.id
            made.left_at = now() if each in LEFT else None
            if role is CourseRole.STUDENT:
                made.student_number = self.school.mark(
                    f"{each}-{self.name}-number", {each, *self.school.staff(self.name)}
                )
            found[each] = made
        await self.session.flush()
        return found

    async def _assignment(
        self, course: Course, called: str, *, listed: bool = True, **fields: object
    ) -> tuple[Assignment, AssignmentProblem]:
        readers = self.school.members(self.name) if listed else self.school.staff(self.name)
        text = self.school.mark(f"{self.name}-{called}-assignment", readers)
        assignment = await make_assignment(
            self.session, course, title=text, instructions=text, listed=listed, **fields
        )
        return assignment, await set_problem(self.session, assignment, self.package)

    async def _work(
        self,
        course: Course,
        student: str,
        enrolment: Enrolment,
        listed: tuple[Assignment, AssignmentProblem],
        held: AssignmentProblem,
        rejudge: Rejudge,
    ) -> None:
        """Everything that can be of one student in a course."""
        name, staff = self.name, self.school.staff(self.name)
        person_id, problem = enrolment.person_id, listed[1]
        grader = self.school.askers[GRADERS[name]].person
        assert grader is not None

        def mark(text: str, readers: set[str]) -> str:
            return self.school.mark(f"{name}-{student}-{text}", readers)

        own, only, shared = {student, "admin"}, {student}, {student, *staff}
        practice = await self._submission(person_id, None, mark("practice", own))
        await self._judged(practice, mark("practice-report", own))
        submission = await self._submission(person_id, problem, mark("source", shared))
        await self._judged(submission, mark("report", shared))
        await self._judged(
            submission,
            mark("rejudge-report", set(staff)),
            number=2,
            counts=False,
            rejudge_id=rejudge.id,
        )
        withheld = await self._submission(person_id, held, mark("held-source", shared))
        await self._judged(withheld, mark("held-report", set(staff)))
        comment = CodeComment(
            submission_id=submission.id,
            author_id=grader.id,
            line=1,
            text=mark("comment", shared),
        )
        early = CodeComment(
            submission_id=withheld.id, author_id=grader.id, text=mark("early", set(staff))
        )
        adjustment = Adjustment(
            problem_id=problem.id,
            person_id=person_id,
            points=3.0,
            reason=mark("adjustment", shared),
            by_id=grader.id,
        )
        change = GradeChange(
            kind=GradeChangeKind.ADJUSTED.value,
            course_id=course.id,
            assignment_id=listed[0].id,
            problem_id=problem.id,
            person_id=person_id,
            actor_id=grader.id,
            points_before=5.0,
            points_after=3.0,
            reason=mark("change", shared),
        )
        regrade = RegradeRequest(
            problem_id=problem.id,
            person_id=person_id,
            submission_id=submission.id,
            text=mark("question", shared),
        )
        notice = Notice(
            person_id=person_id, course_id=course.id, text=mark("notice", only), link=None
        )
        identity = Identity(
            person_id=person_id, issuer="https://example.com", subject=mark("identity", own)
        )
        self.session.add_all([comment, early, adjustment, change, regrade, notice, identity])
        given = await grant(
            self.session,
            course,
            [enrolment],
            assignment_id=listed[0].id,
            more_attempts=1,
            reason=mark("grant", set(staff)),
        )
        await self.session.flush()
        tokens = await accounts.api_tokens(self.session, await self._person(person_id))
        self.school.things[name, student] = {
            **self.common,
            "person_id": str(person_id),
            "student_id": str(person_id),
            "submission_id": str(submission.id),
            "held_submission_id": str(withheld.id),
            "practice_id": str(practice.id),
            "comment_id": str(comment.id),
            "regrade_id": str(regrade.id),
            "grant_id": str(given.id),
            "notice_id": str(notice.id),
            "identity_id": str(identity.id),
            "token_id": str(tokens[0].id),
        }

    async def _person(self, person_id: uuid.UUID) -> Person:
        return await self.session.get_one(Person, person_id)

    async def _submission(
        self, person_id: uuid.UUID, problem: AssignmentProblem | None, marker: str
    ) -> Submission:
        made = Submission(
            person_id=person_id,
            problem_slug=PROBLEM,
            assignment_problem_id=problem.id if problem is not None else None,
            source=f"# {marker}\n".encode(),
        )
        self.session.add(made)
        await self.session.flush()
        return made

    async def _judged(self, submission: Submission, marker: str, **fields: object) -> None:
        report = storable(marked_report(marker))
        await add_attempt(
            self.session, submission, 0.5, verdict="WA", reason="values", report=report, **fields
        )
