"""Closing what was killed, beside those who wait."""

from __future__ import annotations

import threading

from judge.closer import Closer


class TestCloser:
    """Nothing that it was given stays open."""

    def test_closes_in_another_thread_and_is_closed_when_that_is_done(self) -> None:
        closer, go_on = Closer(), threading.Event()
        closed: list[int] = []

        def close() -> None:
            go_on.wait()
            closed.append(threading.get_ident())

        closer(close)
        assert closed == []
        go_on.set()
        closer.close()
        assert closed
        assert closed[0] != threading.get_ident()

    def test_can_be_waited_for_and_goes_on(self) -> None:
        closer, closed = Closer(), list[int]()
        for number in range(3):
            closer(lambda number=number: closed.append(number))
            closer.wait()
            assert closed == list(range(number + 1))
        closer.close()

    def test_closes_at_once_when_it_is_closed_itself(self) -> None:
        closer = Closer()
        closer.close()
        closed: list[int] = []
        closer(lambda: closed.append(threading.get_ident()))
        assert closed == [threading.get_ident()]
