"""Who may use which endpoint of the API, a row each."""

from __future__ import annotations

from typing import Any

from app.roles import Scope
from tests.app.authorisation.rows import (
    ACCOUNT,
    ADMIN,
    NONE,
    READ,
    SUBMIT,
    TEACH,
    Row,
    Rule,
    account_makers,
    admins,
    anybody,
    asker_alone,
    asker_or_staff,
    author_or_staff,
    comment_remover,
    comment_writer,
    course_copiers,
    course_makers,
    graders,
    graders_of_work,
    observers,
    owners,
    participants,
    practice,
    signed_in,
    staff_alone,
    students_alone,
    teachers,
    their_own,
)

V1 = "/api/v1"
COURSE = f"{V1}/courses/{{course_id}}"
ASSIGNMENT = f"{COURSE}/assignments/{{assignment_id}}"
BOOK = f"{COURSE}/gradebook"
SUBMISSION = f"{V1}/submissions/{{submission_id}}"
_CLASS_LIST = "email,name\nnew@example.com,New\n"


def _get(path: str, rule: Rule, scopes: frozenset[Scope] = READ, **fields: Any) -> Row:
    return Row("GET", path, rule, scopes, **fields)


def _post(path: str, rule: Rule, scopes: frozenset[Scope], body: Any = None, **fields: Any) -> Row:
    return Row("POST", path, rule, scopes, body=body, **fields)


def _patch(path: str, rule: Rule, scopes: frozenset[Scope], body: Any, **fields: Any) -> Row:
    return Row("PATCH", path, rule, scopes, body=body, **fields)


def _delete(path: str, rule: Rule, scopes: frozenset[Scope], **fields: Any) -> Row:
    return Row("DELETE", path, rule, scopes, **fields)


def _put(path: str, rule: Rule, scopes: frozenset[Scope], body: Any = None, **fields: Any) -> Row:
    return Row("PUT", path, rule, scopes, body=body, **fields)


_SERVICE = [
    *(_get(path, anybody, NONE) for path in ("/healthz", "/metrics")),
    # No worker is there.
    _get("/readyz", anybody, NONE, answers=(503,)),
    *(_get(f"/schemas/{name}.json", anybody, NONE) for name in ("report", "problem")),
]

_OWN = [
    _get(f"{V1}/me", signed_in),
    _get(f"{V1}/me/export", signed_in, ACCOUNT),
    _get(f"{V1}/me/tokens", signed_in, ACCOUNT),
    _post(f"{V1}/me/tokens", signed_in, ACCOUNT, {"name": "x", "scopes": ["account"]}),
    _delete(f"{V1}/me/tokens/{{token_id}}", their_own, ACCOUNT),
    _get(f"{V1}/me/sessions", signed_in, ACCOUNT),
    _delete(f"{V1}/me/sessions", signed_in, ACCOUNT),
    _delete(f"{V1}/me/sessions/{{session_id}}", their_own, ACCOUNT),
    _get(f"{V1}/me/identities", signed_in, ACCOUNT),
    # The only way in that these people have is no identity; who may remove it is asked first.
    _delete(f"{V1}/me/identities/{{identity_id}}", their_own, ACCOUNT, answers=(204, 403, 409)),
    _get(f"{V1}/me/assignments", signed_in),
    _post(f"{V1}/me/courses", signed_in, SUBMIT, {"code": "7H3K-9QXW"}),
    _get(f"{V1}/me/notices", signed_in),
    _post(f"{V1}/me/notices/read", signed_in, ACCOUNT),
    _post(f"{V1}/me/notices/{{notice_id}}/read", their_own, ACCOUNT),
]

_PROBLEMS = [
    _get(f"{V1}/problems", anybody),
    _get(f"{V1}/problems/{{slug}}", anybody),
    # A problem that has not been solved shows its solution to who teaches the service alone.
    _get(f"{V1}/problems/{{slug}}/solution", anybody, answers=(200, 403)),
    _post(f"{V1}/problems/{{slug}}/hints", signed_in, SUBMIT),
]

_SUBMISSIONS = [
    _get(f"{V1}/submissions", signed_in),
    _get(
        f"{V1}/submissions",
        signed_in,
        query={"assignment_problem": "{problem_id}"},
    ),
    # To page through one's own from somebody else's submission on would tell that it is there.
    _get(f"{V1}/submissions", author_or_staff, query={"after": "{submission_id}"}),
    # Students of a course whose assignment sets it do not practise it meanwhile.
    _post(
        f"{V1}/submissions",
        signed_in,
        SUBMIT,
        {"problem": "{slug}", "source": "x = 1\n"},
        answers=(202, 403),
    ),
    _post(
        f"{V1}/submissions",
        participants,
        SUBMIT,
        {"problem": "{slug}", "source": "x = 1\n", "assignment_problem": "{problem_id}"},
    ),
    _post(
        f"{V1}/submissions",
        staff_alone,
        SUBMIT,
        {"problem": "{slug}", "source": "x = 1\n", "assignment_problem": "{hidden_problem_id}"},
    ),
    *(
        _get(path, rule, uses=uses)
        for path in (
            SUBMISSION,
            f"{SUBMISSION}/events",
            f"{SUBMISSION}/attempts",
            f"{SUBMISSION}/attempts/{{number}}",
            f"{SUBMISSION}/comments",
        )
        for rule, uses in (
            (author_or_staff, {}),
            (author_or_staff, {"submission_id": "held_submission_id"}),
            (practice, {"submission_id": "practice_id"}),
        )
    ),
    _post(f"{SUBMISSION}/comments", graders_of_work, TEACH, {"line": 1, "text": "x"}),
    _patch(f"{SUBMISSION}/comments/{{comment_id}}", comment_writer, TEACH, {"text": "x"}),
    _delete(f"{SUBMISSION}/comments/{{comment_id}}", comment_remover, TEACH),
]

_COURSES = [
    _get(f"{V1}/courses", signed_in),
    _get(f"{V1}/courses", admins, query={"which": "all"}),
    _post(f"{V1}/courses", course_makers, TEACH, {"title": "x"}),
    _get(COURSE, participants),
    _patch(COURSE, teachers, TEACH, {"late_days": 3}),
    _delete(COURSE, owners, TEACH, query={"confirm": "{course_title}"}),
    _get(f"{COURSE}/sections", participants),
    _post(f"{COURSE}/sections", teachers, TEACH, {"name": "x"}),
    _patch(f"{COURSE}/sections/{{section_id}}", teachers, TEACH, {"name": "x"}),
    _delete(f"{COURSE}/sections/{{section_id}}", teachers, TEACH),
    _get(f"{COURSE}/people", observers),
    _post(f"{COURSE}/people", teachers, TEACH, {"who": "outsider"}),
    # An owner is named by owners.
    _post(f"{COURSE}/people", owners, TEACH, {"who": "outsider", "role": "owner"}),
    _patch(f"{COURSE}/people/{{person_id}}", teachers, TEACH, {"student_number": "7"}),
    _patch(f"{COURSE}/people/{{person_id}}", owners, TEACH, {"role": "owner"}),
    _delete(f"{COURSE}/people/{{person_id}}", teachers, TEACH),
    _post(
        f"{COURSE}/people/{{person_id}}/restore",
        teachers,
        TEACH,
        uses={"person_id": "left_person_id"},
    ),
    _post(f"{COURSE}/leave", participants, SUBMIT, answers=(204, 404, 409)),
    _get(f"{COURSE}/invitations", observers),
    _delete(f"{COURSE}/invitations/{{invitation_id}}", teachers, TEACH),
    _post(f"{COURSE}/join-code", teachers, TEACH),
    _delete(f"{COURSE}/join-code", teachers, TEACH),
    _post(f"{COURSE}/class-list/preview", teachers, TEACH, files={"file": _CLASS_LIST}),
    _post(
        f"{COURSE}/class-list/preview",
        account_makers,
        TEACH,
        files={"file": _CLASS_LIST},
        form={"create_accounts": "true"},
    ),
    _post(
        f"{COURSE}/class-list",
        teachers,
        TEACH,
        files={"file": _CLASS_LIST},
        form={"digest": "{digest}"},
    ),
    _post(f"{COURSE}/copies", course_copiers, TEACH, {"term": "x"}),
]

_ASSIGNMENTS = [
    _get(f"{COURSE}/assignments", participants),
    _post(f"{COURSE}/assignments", teachers, TEACH, {"title": "x"}),
    _get(ASSIGNMENT, participants),
    _get(ASSIGNMENT, staff_alone, uses={"assignment_id": "hidden_assignment_id"}),
    _patch(ASSIGNMENT, teachers, TEACH, {"version": 1, "title": "x"}),
    _delete(ASSIGNMENT, teachers, TEACH, query={"confirmation": "{assignment_title}"}),
    _get(f"{COURSE}/problem-versions", observers, query={"problem": "{slug}"}),
    _get(f"{COURSE}/grants", observers),
    _get(f"{COURSE}/grants", observers, query={"person_id": "{person_id}"}, foreign=(200, 404)),
    _post(
        f"{COURSE}/grants",
        teachers,
        TEACH,
        {"assignment_id": "{assignment_id}", "person_ids": ["{person_id}"], "more_attempts": 1},
        foreign=(404, 422),
    ),
    _get(f"{COURSE}/grants/{{grant_id}}", observers),
    _patch(f"{COURSE}/grants/{{grant_id}}", teachers, TEACH, {"more_attempts": 2}),
    _delete(f"{COURSE}/grants/{{grant_id}}", teachers, TEACH),
]

_GRADES = [
    _get(f"{COURSE}/grades", participants),
    _get(BOOK, observers),
    _get(BOOK, observers, query={"assignment": "{assignment_id}"}),
    _get(f"{BOOK}/events", observers),
    _get(f"{BOOK}/log", observers),
    _get(f"{BOOK}/log", observers, query={"student": "{student_id}"}, foreign=(200, 404)),
    _get(f"{BOOK}/assignments/{{assignment_id}}/statistics", observers),
    _put(f"{BOOK}/assignments/{{assignment_id}}/publication", teachers, TEACH),
    _delete(f"{BOOK}/assignments/{{assignment_id}}/publication", teachers, TEACH),
    _get(f"{BOOK}/{{problem_id}}/{{student_id}}", observers),
    _put(
        f"{BOOK}/{{problem_id}}/{{student_id}}/adjustment",
        graders,
        TEACH,
        {"points": 4, "reason": "x", "version": 1},
    ),
    _delete(
        f"{BOOK}/{{problem_id}}/{{student_id}}/adjustment",
        graders,
        TEACH,
        query={"version": "1", "reason": "x"},
    ),
    *(
        _get(f"{COURSE}/exports/{name}", observers, query=query)
        for name in (
            "gradebook.csv",
            "cases.csv",
            "canvas.csv",
            "moodle.csv",
            "moodle.xml",
        )
        for query in ({"assignment": "{assignment_id}"},)
    ),
    _get(f"{COURSE}/exports/gradebook.csv", observers),
    _get(f"{COURSE}/exports/cases.csv", observers),
    _get(f"{COURSE}/exports/course.json", observers, query={"sources": "true", "reports": "true"}),
    _get(f"{COURSE}/exports/submissions/{{submission_id}}/results.json", observers),
    _get(f"{COURSE}/regrades", participants),
    _post(
        f"{COURSE}/regrades",
        students_alone,
        SUBMIT,
        {"problem_id": "{askable_problem_id}", "text": "x"},
    ),
    _get(f"{COURSE}/regrades/{{regrade_id}}", asker_or_staff),
    _post(f"{COURSE}/regrades/{{regrade_id}}/answer", graders, TEACH, {"answer": "x"}),
    _delete(f"{COURSE}/regrades/{{regrade_id}}", asker_alone, SUBMIT),
]

_REJUDGES = [
    _post(
        f"{COURSE}/rejudges",
        teachers,
        TEACH,
        {"reason": "x", "chosen": {"problem_id": "{problem_id}"}},
        foreign=(422,),
    ),
    _get(f"{COURSE}/rejudges", observers),
    _get(f"{COURSE}/rejudges/versions", observers),
    _get(f"{COURSE}/rejudges/outdated", observers),
    _get(f"{COURSE}/rejudges/{{rejudge_id}}", observers),
    _get(f"{COURSE}/rejudges/{{rejudge_id}}/outcome", observers),
    # The judge failed on none.
    _post(f"{COURSE}/rejudges/{{rejudge_id}}/retry", teachers, TEACH, answers=(422,)),
    _post(
        f"{COURSE}/rejudges/{{rejudge_id}}/apply",
        teachers,
        TEACH,
        {"fingerprint": "{fingerprint}"},
    ),
    _post(f"{COURSE}/rejudges/{{rejudge_id}}/discard", teachers, TEACH),
]

_ADMIN = [
    _post(f"{V1}/invitations", admins, ADMIN, {"email": "new@example.com"}),
    _get(f"{V1}/invitations", admins, ADMIN),
    _delete(
        f"{V1}/invitations/{{invitation_id}}",
        admins,
        ADMIN,
        uses={"invitation_id": "service_invitation_id"},
    ),
    _get(f"{V1}/audit", admins, ADMIN),
    _get(f"{V1}/people", admins, ADMIN),
    _get(f"{V1}/people/{{person_id}}", admins, ADMIN),
    _patch(f"{V1}/people/{{person_id}}", admins, ADMIN, {"role": "instructor"}),
    _delete(f"{V1}/people/{{person_id}}/sessions", admins, ADMIN),
    _delete(f"{V1}/people/{{person_id}}/tokens", admins, ADMIN),
    _post(f"{V1}/people/{{person_id}}/reset-link", admins, ADMIN),
]

API = [
    *_SERVICE,
    *_OWN,
    *_PROBLEMS,
    *_SUBMISSIONS,
    *_COURSES,
    *_ASSIGNMENTS,
    *_GRADES,
    *_REJUDGES,
    *_ADMIN,
]
