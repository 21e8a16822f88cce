"""Who may open which page and send which form, a row each."""

from __future__ import annotations

from typing import Any

from app.roles import Scope
from tests.app.authorisation.rows import (
    ADMIN,
    EVERYTHING,
    NONE,
    READ,
    SUBMIT,
    TEACH,
    Row,
    Rule,
    admins,
    anybody,
    asker_alone,
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

COURSE = "/courses/{course_id}"
SETTINGS = f"{COURSE}/settings"
PEOPLE = f"{COURSE}/people"
ASSIGNMENT = f"{COURSE}/assignments/{{assignment_id}}"
SUBMISSION = "/submissions/{submission_id}"
PROBLEM = "/problems/{slug}"
_HIDDEN = {"assignment_id": "hidden_assignment_id"}
_ASSIGNMENT_FORM = {
    "title": "x",
    "percent_per_day": "0",
    "most_percent": "100",
    "grace": "0",
    "grace_unit": "minutes",
    "attempts": "unlimited",
    "counts": "best",
    "feedback": "now",
    "plan_policy": "shared",
    "listed": "on",
    "version": "1",
    "problem.0.slug": "{slug}",
    "problem.0.points": "10",
}
_GRANT_FORM = {"later_by": "1", "later_by_unit": "days", "person_ids": "{person_id}"}


def _get(path: str, rule: Rule, scopes: frozenset[Scope] = READ, **fields: Any) -> Row:
    return Row("GET", path, rule, scopes, **fields)


def _post(
    path: str, rule: Rule, scopes: frozenset[Scope], /, _form: Any = None, **fields: Any
) -> Row:
    return Row("POST", path, rule, scopes, form=_form or {}, **fields)


# What opens by a secret link, or lets people in: it asks for nobody. The links here are made up.
_DOORS = [
    _get("/", anybody),
    _get("/docs", anybody),
    _get("/signin", anybody, NONE, query={"token": "x"}, answers=(403,)),
    _post("/signin", anybody, NONE, {"email": "x@example.com", "password": "x"}, answers=(403,)),
    _post("/signout", anybody, NONE),
    _get("/signin/help", anybody),
    _get("/signin/oidc", anybody, answers=(404,)),
    _get("/signin/oidc/callback", anybody, answers=(404,)),
    _get("/signup", anybody, answers=(200, 303, 403)),
    _post("/signup", anybody, NONE, {"email": "x@example.com"}, answers=(403,)),
    _get("/join", anybody, NONE, query={"token": "x"}, answers=(403,)),
    _post(
        "/join", anybody, NONE, {"token": "x", "name": "x", "new": "long enough"}, answers=(403,)
    ),
    _get("/password/forgot", anybody),
    _post("/password/forgot", anybody, NONE, {"email": "x@example.com"}),
    _get("/password/reset", anybody, NONE, query={"token": "x"}, answers=(403,)),
    _post("/password/reset", anybody, NONE, {"token": "x", "new": "long enough"}, answers=(403,)),
    _get("/account/email/confirm", anybody, NONE, query={"token": "x"}, answers=(403,)),
    _post("/account/email/confirm", anybody, NONE, {"token": "x"}, answers=(403,)),
]

_ACCOUNT = [
    _get("/account", signed_in, frozenset({Scope.ACCOUNT})),
    _post("/account/password", signed_in, EVERYTHING, {"new": "a long password of mine"}),
    _post("/account/tokens", signed_in, EVERYTHING, {"name": "x", "scopes": "read"}),
    _post("/account/tokens/{token_id}/revoke", their_own, EVERYTHING),
    _post("/account/sessions/{session_id}/end", their_own, EVERYTHING),
    _post("/account/sessions/end-others", signed_in, EVERYTHING),
    # Courses of which they are the only owner are in the way of some.
    _post("/account/delete", signed_in, EVERYTHING, answers=(200, 303, 409)),
    _post("/account/email", signed_in, EVERYTHING, {"email": "new@example.com"}),
    _post("/account/identities", signed_in, EVERYTHING, answers=(404,)),
    _post("/account/identities/{identity_id}/remove", their_own, EVERYTHING),
    _get("/notices", signed_in),
    _get("/notices/bell", signed_in),
    _post("/notices/read", signed_in, EVERYTHING),
    _post("/notices/{notice_id}/open", their_own, EVERYTHING),
]

_PROBLEMS = [
    _get(PROBLEM, anybody),
    _get(PROBLEM, participants, query={"assignment_problem": "{problem_id}"}),
    _get(PROBLEM, staff_alone, query={"assignment_problem": "{hidden_problem_id}"}),
    _get(f"{PROBLEM}/assignment", participants, query={"assignment_problem": "{problem_id}"}),
    _post(f"{PROBLEM}/hints", signed_in, SUBMIT),
    _get(f"{PROBLEM}/solution", anybody, answers=(200, 403)),
    _get(f"{PROBLEM}/submissions", anybody),
    _get(f"{PROBLEM}/submissions", participants, query={"assignment_problem": "{problem_id}"}),
    *(
        _get(path, rule, uses=uses)
        for path in (SUBMISSION, f"{SUBMISSION}/result", f"{SUBMISSION}/attempts/{{number}}")
        for rule, uses in (
            (author_or_staff, {}),
            (author_or_staff, {"submission_id": "held_submission_id"}),
            (practice, {"submission_id": "practice_id"}),
        )
    ),
    _post(f"{SUBMISSION}/comments", graders_of_work, TEACH, {"text": "x", "line": "1"}),
    _post(f"{SUBMISSION}/comments/{{comment_id}}", comment_writer, TEACH, {"text": "x"}),
    _post(f"{SUBMISSION}/comments/{{comment_id}}/delete", comment_remover, TEACH),
]

_COURSES = [
    _get("/courses", signed_in),
    _get("/courses", admins, query={"which": "all"}),
    _post("/courses", course_makers, TEACH, {"title": "x"}),
    _get("/courses/join", signed_in),
    _post("/courses/join", signed_in, SUBMIT, {"code": "7H3K-9QXW"}),
    _get(COURSE, participants),
    _post(f"{COURSE}/leave", participants, SUBMIT, answers=(303, 404, 409)),
    _get(SETTINGS, teachers, TEACH),
    _post(SETTINGS, teachers, TEACH, {"title": "x", "time_zone": "UTC", "late_days": "0"}),
    _post(f"{SETTINGS}/archive", teachers, TEACH, {"archived": "true"}),
    _post(f"{SETTINGS}/delete", owners, TEACH, {"confirm": "{course_title}"}),
    _post(f"{SETTINGS}/join-code", teachers, TEACH),
    _post(f"{SETTINGS}/join-code/off", teachers, TEACH),
    _post(f"{SETTINGS}/sections", teachers, TEACH, {"name": "x"}),
    _post(f"{SETTINGS}/sections/{{section_id}}", teachers, TEACH, {"name": "x"}),
    _post(f"{SETTINGS}/sections/{{section_id}}", teachers, TEACH, {"delete": "yes"}),
    _post(
        f"{SETTINGS}/copy", course_copiers, TEACH, {"title": "x", "term": "x", "versions": "pinned"}
    ),
    _get(PEOPLE, observers),
    _post(PEOPLE, teachers, TEACH, {"who": "outsider", "role": "student"}),
    _post(PEOPLE, owners, TEACH, {"who": "outsider", "role": "owner"}),
    _post(f"{PEOPLE}/invitations/{{invitation_id}}/withdraw", teachers, TEACH),
    _get(f"{PEOPLE}/class-list", teachers, TEACH),
    _post(f"{PEOPLE}/class-list", teachers, TEACH, {"pasted": "email\nnew@example.com\n"}),
    _post(
        f"{PEOPLE}/class-list/apply",
        teachers,
        TEACH,
        {"content": "{content}", "digest": "{digest}"},
    ),
    _get(f"{PEOPLE}/{{person_id}}", observers),
    _post(f"{PEOPLE}/{{person_id}}", teachers, TEACH, {"role": "student", "student_number": "7"}),
    _post(f"{PEOPLE}/{{person_id}}", owners, TEACH, {"role": "owner"}),
    _post(f"{PEOPLE}/{{person_id}}/remove", teachers, TEACH),
    _post(f"{PEOPLE}/{{person_id}}/restore", teachers, TEACH, uses={"person_id": "left_person_id"}),
]

_ASSIGNMENTS = [
    _get(f"{COURSE}/assignments/new", teachers, TEACH),
    _post(f"{COURSE}/assignments/new", teachers, TEACH, _ASSIGNMENT_FORM),
    _get(ASSIGNMENT, participants),
    _get(ASSIGNMENT, staff_alone, uses=_HIDDEN),
    _get(f"{ASSIGNMENT}/edit", teachers, TEACH),
    _post(f"{ASSIGNMENT}/edit", teachers, TEACH, _ASSIGNMENT_FORM),
    _post(f"{ASSIGNMENT}/delete", teachers, TEACH, {"confirmation": "{assignment_title}"}),
    _get(f"{COURSE}/extensions", observers),
    _get(f"{COURSE}/extensions/new", teachers, TEACH),
    _post(
        f"{COURSE}/extensions/new",
        teachers,
        TEACH,
        {**_GRANT_FORM, "assignment_id": "{assignment_id}"},
        foreign=(404, 422),
    ),
    _get(f"{COURSE}/extensions/{{grant_id}}", teachers, TEACH),
    _post(f"{COURSE}/extensions/{{grant_id}}", teachers, TEACH, _GRANT_FORM),
    _post(f"{COURSE}/extensions/{{grant_id}}", teachers, TEACH, {**_GRANT_FORM, "remove": "yes"}),
]

_GRADES = [
    _get(f"{COURSE}/grades", participants, answers=(200, 303)),
    _get(f"{COURSE}/gradebook", observers),
    _get(f"{COURSE}/gradebook", observers, query={"assignment": "{assignment_id}"}),
    _get(f"{COURSE}/gradebook/log", observers),
    _post(f"{COURSE}/gradebook/assignments/{{assignment_id}}/publish", teachers, TEACH),
    _post(f"{COURSE}/gradebook/assignments/{{assignment_id}}/unpublish", teachers, TEACH),
    _get(f"{COURSE}/gradebook/{{problem_id}}/{{student_id}}", observers),
    _post(
        f"{COURSE}/gradebook/{{problem_id}}/{{student_id}}/adjustment",
        graders,
        TEACH,
        {"points": "4", "reason": "x", "version": "1"},
    ),
    _get(f"{COURSE}/regrades", participants),
    _post(
        f"{COURSE}/regrades",
        students_alone,
        SUBMIT,
        {"problem_id": "{askable_problem_id}", "text": "x"},
    ),
    _post(f"{COURSE}/regrades/{{regrade_id}}/answer", graders, TEACH, {"text": "x"}),
    _post(f"{COURSE}/regrades/{{regrade_id}}/take-back", asker_alone, SUBMIT),
]

_REJUDGES = [
    _get(f"{COURSE}/rejudges", observers),
    _post(
        f"{COURSE}/rejudges",
        teachers,
        TEACH,
        {"reason": "x", "what": "problem:{problem_id}", "start": "yes"},
        foreign=(422,),
    ),
    _get(f"{COURSE}/rejudges/{{rejudge_id}}", observers),
    _get(f"{COURSE}/rejudges/{{rejudge_id}}/progress", observers),
    _post(
        f"{COURSE}/rejudges/{{rejudge_id}}/apply",
        teachers,
        TEACH,
        {"fingerprint": "{fingerprint}"},
    ),
    _post(f"{COURSE}/rejudges/{{rejudge_id}}/discard", teachers, TEACH),
    _post(f"{COURSE}/rejudges/{{rejudge_id}}/retry", teachers, TEACH, answers=(422,)),
]

_ADMIN = [
    _get("/admin", admins, ADMIN),
    _get("/admin/people", admins, ADMIN),
    _get("/admin/people/{person_id}", admins, ADMIN),
    _post("/admin/people/{person_id}/role", admins, ADMIN, {"role": "instructor"}),
    _post("/admin/people/{person_id}/sign-out", admins, ADMIN),
    _post("/admin/people/{person_id}/revoke-tokens", admins, ADMIN),
    _post("/admin/people/{person_id}/reset-link", admins, ADMIN),
    _get("/admin/invitations", admins, ADMIN),
    _post("/admin/invitations", admins, ADMIN, {"email": "new@example.com", "role": "learner"}),
    _post(
        "/admin/invitations/{invitation_id}/revoke",
        admins,
        ADMIN,
        uses={"invitation_id": "service_invitation_id"},
    ),
    _get("/admin/audit", admins, ADMIN),
]

PAGES = [
    *_DOORS,
    *_ACCOUNT,
    *_PROBLEMS,
    *_COURSES,
    *_ASSIGNMENTS,
    *_GRADES,
    *_REJUDGES,
    *_ADMIN,
]
