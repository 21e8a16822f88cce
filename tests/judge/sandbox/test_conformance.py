"""The jail is a sandbox back end as the judge wants one."""

from __future__ import annotations

import pytest

from judge.sandbox.backend import Backend
from judge.sandbox.jail import Jail
from tests.judge.sandbox.conformance import Behaviour, Isolation

pytestmark = pytest.mark.sandbox


class TestJail(Behaviour, Isolation):
    @pytest.fixture
    def backend(self, jail: Jail) -> Backend:
        return jail
