"""What a person wrote and was told in courses is in the document of their own data."""

from __future__ import annotations

import httpx

from app.accounts.export_schemas import Export
from app.courses.notices import notify
from app.db.engine import Database
from app.models import CodeComment, RegradeRequest, Rejudge
from judge.package import Package
from tests.app.gradebook.classroom import make_classroom


async def test_own_words(client: httpx.AsyncClient, database: Database, package: Package) -> None:
    room = await make_classroom(database, package)
    submission = await room.submit()
    student, grader = room.people["student"].person, room.people["grader"].person
    async with database.session() as session:
        await notify(session, [student.id], room.course.id, "Points changed.")
        session.add_all(
            (
                CodeComment(submission_id=submission.id, author_id=grader.id, line=1, text="Well."),
                RegradeRequest(problem_id=room.problem.id, person_id=student.id, text="Why?"),
                Rejudge(course_id=room.course.id, chosen={}, reason="Wrong.", by_id=grader.id),
            )
        )

    async def export(who: str) -> Export:
        answer = await client.get("/api/v1/me/export", headers=room.headers(who))
        return Export.model_validate_json(answer.text)

    mine = await export("student")
    assert [each.text for each in mine.notices] == ["Points changed."]
    assert [(each.text, each.answer) for each in mine.questions] == [("Why?", None)]
    # What graders write before grades are published is not for the student to read.
    assert mine.comments == ()
    await room.publish()
    assert [(each.text, each.written) for each in (await export("student")).comments] == [
        ("Well.", False)
    ]
    theirs = await export("grader")
    assert [(each.text, each.written) for each in theirs.comments] == [("Well.", True)]
    assert (theirs.notices, theirs.questions) == ((), ())
    assert [(each.reason, each.status) for each in theirs.rejudges] == [("Wrong.", "judging")]
    assert mine.rejudges == ()
    others = await export("other")
    assert (others.comments, others.notices, others.questions) == ((), (), ())
