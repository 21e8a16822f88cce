"""The page on what diagnosis names: how a diagnosis is sorted, and what the tables count."""

from __future__ import annotations

import pytest

from judge.mutants.generate import mutants
from judge.package import Package
from judge.validation.document import Killer, MutantResult, MutantState
from judge.verdict import Verdict
from scripts.diagnosis_accuracy import Named, named, page, sample


def killer(*findings: str, pitfall: str | None = None) -> Killer:
    return Killer(
        plan_seed=1, case=0, group="g", verdict=Verdict.WA, findings=findings, pitfall=pitfall
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (killer("values", "pattern_times", pitfall="doubled"), (Named.PITFALL, "doubled")),
        (killer("values", "pattern_times", "trace_pattern"), (Named.PATTERN, "times")),
        (killer("counterfactual_ones", "pattern_times"), (Named.COUNTERFACTUAL, "ones")),
        (killer("exception", "explanation"), (Named.EXPLANATION, "explanation")),
        (killer("trace_seed"), (Named.TRACE, "trace_seed")),
        (killer("values", "trace_seed"), (Named.TRACE, "trace_seed")),
        (killer("shape", "trace_seed"), (Named.SEEN, "shape")),
        (killer(), (Named.SEEN, "WA")),
    ],
)
def test_a_diagnosis_is_sorted(found: Killer, expected: tuple[Named, str]) -> None:
    assert named(found) == expected


def test_the_sample_is_of_mutants_that_were_not_in_view(package: Package) -> None:
    in_view = {mutant.becomes for mutant in mutants(package.reference, package.spec)}
    drawn = sample(package, "abc")
    assert drawn == sample(package, "abc") != sample(package, "abd")
    assert len({mutant.name for mutant in drawn}) == len(drawn) == 30
    assert all(mutant.becomes not in in_view for mutant in drawn)


def test_the_page_counts_killed_mutants(package: Package) -> None:
    def mutant(name: str, state: MutantState, by: Killer | None) -> MutantResult:
        return MutantResult(name=name, line=1, was="a | b", becomes="c", state=state, killer=by)

    mutants = [
        mutant("compact axis-1", MutantState.KILLED, killer("values", "pattern_times")),
        mutant("axis-2", MutantState.KILLED, killer("values")),
        mutant("cast-1", MutantState.KILLED, killer("values", "pattern_times")),
        mutant("cast-2", MutantState.SURVIVED, None),
    ]
    text = page("abc", [(package, mutants)])
    assert "commit `abc`" in text
    assert "on 3 wrong programs" in text
    assert "4 were drawn" in text
    assert "| axis |  |  | 1 |  |  | 1 | 2 |" in text
    assert "| all |  |  | 2 |  |  | 1 | 3 |" in text
    assert "| pattern: times | axis 1, cast 1 |" in text
    assert "| compact axis-1 | `` a \\| b `` | `` c `` | pattern: times |" in text
    assert "cast-2" not in text
