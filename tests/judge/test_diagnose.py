"""A diagnosis names a mistake only where what was observed shows it."""

from __future__ import annotations

import pytest

from judge.grade import grade
from judge.judge import Judge
from judge.package import load
from judge.verdict import Reason
from tests.conftest import PROBLEMS

pytestmark = pytest.mark.sandbox

MLP = load(PROBLEMS / "mlp-from-init")

# In the traces of these two nothing tells what was done to the input or the result: another
# mistake, which the package does know, leaves the same trace.
UNOBSERVED = {
    "result_in_16_bits": (
        "return model.apply(variables, x)",
        "return model.apply(variables, x).astype('bfloat16').astype('float32')",
    ),
    "input_ignored": ("variables = model.init", "x = 0 * x\n    variables = model.init"),
}


@pytest.mark.parametrize("name", UNOBSERVED)
def test_what_is_not_observed_is_not_named_after_a_trace_alone(name: str, judge: Judge) -> None:
    before, after = UNOBSERVED[name]
    assert before in MLP.reference
    report = grade(
        MLP, MLP.reference.replace(before, after), judge=judge, plan_seed=20, groups=["sample"]
    )
    assert report.reason in (Reason.VALUES, Reason.TRACE)
    assert report.diagnosis is not None
    assert report.diagnosis.pitfall is None
