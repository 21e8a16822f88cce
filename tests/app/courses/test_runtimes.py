"""Choosing the runtime that judges a course's assignments."""

from __future__ import annotations

from typing import Any

import httpx

from app.courses.schemas import CourseUpdate
from judge.sandbox.runtime import installed
from tests.app.conftest import Learner

COURSES = "/api/v1/courses"


async def test_a_course_chooses_among_those_of_the_server(
    client: httpx.AsyncClient, teacher: Learner, check_problem: Any
) -> None:
    made = await client.post(COURSES, json={"title": "Layers"}, headers=teacher.headers)
    path = f"{COURSES}/{made.json()['id']}"
    assert made.json()["runtime"] is None
    (name,) = installed()
    for chosen, stored in ((name, name), (None, name), ("", None)):
        answer = await client.patch(path, json={"runtime": chosen}, headers=teacher.headers)
        assert (answer.status_code, answer.json()["runtime"]) == (200, stored)
    answer = await client.patch(path, json={"runtime": "jax-0.1\0"}, headers=teacher.headers)
    document = check_problem(answer, 422, "invalid-request")
    assert name in document["errors"][0]["message"]


def test_the_description_of_the_api_names_them() -> None:
    described = CourseUpdate.model_json_schema()["properties"]["runtime"]["anyOf"][0]
    assert described["enum"] == ["", *installed()]
