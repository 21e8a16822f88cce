"""Cases are told one by one to who watches, and to nobody else."""

from __future__ import annotations

import uuid

from app.submissions.watching import Watched

ONE, OTHER = uuid.uuid4(), uuid.uuid4()


class TestWatched:
    def test_who_watched_before_it_was_taken_on_is_remembered(self) -> None:
        watched = Watched()
        watched.add(ONE)
        with watched.following(ONE, lambda: None):
            assert ONE in watched
            assert OTHER not in watched

    def test_who_begins_to_watch_is_told_of(self) -> None:
        watched, began = Watched(), []
        with watched.following(ONE, lambda: began.append(ONE)):
            watched.add(OTHER)
            assert began == []
            watched.add(ONE)
            assert began == [ONE]
        watched.add(ONE)
        assert began == [ONE]

    def test_what_is_judged_is_forgotten_and_so_are_the_first_of_very_many(self) -> None:
        watched = Watched()
        with watched.following(ONE, lambda: None):
            watched.add(ONE)
        assert ONE not in watched
        watched.add(OTHER)
        for _ in range(10_000):
            watched.add(uuid.uuid4())
        assert OTHER not in watched
