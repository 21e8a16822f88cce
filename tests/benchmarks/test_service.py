"""The benchmark of the whole service runs, says what it must, and finds what no load can hide."""

import json
import os
import xml.etree.ElementTree as ElementTree

import pytest

from app.bench.figures import ALL, BenchReport
from app.bench.parts import Part
from app.bench.plot import svg
from app.bench.run import Whole, run
from app.bench.text import render
from judge.bench.bench import Workload, choose_forms
from judge.judge import JudgeSettings
from judge.package import Package

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(1200)]

ARRIVALS = 3


@pytest.fixture(scope="module")
def report(package: Package) -> BenchReport:
    """Everything but the engine, one round of one form."""
    workload = Workload(choose_forms(package, ["compact_dict_spread"]), rounds=1, clients=2)
    whole = Whole(workload, frozenset(Part) - {Part.ENGINE}, ARRIVALS)
    return run(package, whole, JudgeSettings(), print)


class TestService:
    """Loose on purpose: others may be using the cores."""

    def test_a_service_with_spares_beats_a_plain_subprocess(self, report: BenchReport):
        assert report.figures.spares is not None
        usual, novel = report.figures.spares.forms
        assert (usual.prepared, novel.prepared) == (1, 1)
        assert (usual.never_seen, novel.never_seen) == (False, True)
        assert usual.faster_than_baseline > 4
        assert usual.floor.p50 < usual.served.p50 < novel.served.p50
        assert usual.steps_ms["outside"] > 0

    def test_without_spares_none_is_used(self, report: BenchReport):
        assert report.figures.no_spares is not None
        usual, _ = report.figures.no_spares.forms
        assert usual.prepared == 0
        assert usual.faster_than_baseline > 1

    def test_what_a_service_takes(self, report: BenchReport):
        assert report.figures.spares is not None
        assert report.figures.spares.cpu_s > 0
        assert report.figures.memory is not None
        some, none = report.figures.memory
        assert some.total is not None
        assert none.total is not None
        assert 100 < none.total < some.total
        assert len(some.processes) > len(none.processes)

    def test_arrivals(self, report: BenchReport):
        assert report.figures.arrivals is not None
        assert len(report.figures.arrivals.latency.samples) == ARRIVALS
        assert 1 <= report.figures.arrivals.prepared <= ARRIVALS

    def test_saturation(self, report: BenchReport):
        found = report.figures.saturation
        assert found is not None
        assert found.served.per_minute > found.baseline.per_minute
        assert set(found.idle) == set(found.saturated) == {ALL, "problem", "submission", "health"}

    def test_the_command_beats_a_plain_subprocess(self, report: BenchReport):
        assert report.figures.command is not None
        assert report.figures.command.faster > 1

    def test_every_case_is_heard_of_after_its_end(self, report: BenchReport):
        found = report.figures.streaming
        assert found is not None
        assert len(found.latency.samples) + found.before == report.cases
        assert min(found.latency.samples) > 0

    def test_every_target_was_measured(self, report: BenchReport):
        assert all(target.met is not None for target in report.targets)

    def test_the_json_is_strict_and_says_where_it_was_measured(self, report: BenchReport):
        def refuse(constant: str) -> None:
            raise AssertionError(constant)

        document = json.loads(report.model_dump_json(), parse_constant=refuse)
        assert document["format"] == "jurax-bench/2"
        assert document["machine"]["cores"] == len(os.sched_getaffinity(0))
        assert document["machine"]["runtime"].startswith("jax-")
        assert BenchReport.model_validate(document) == report

    def test_text_and_plot_tell_of_every_target_and_form(self, report: BenchReport):
        text = render(report)
        assert all(target.what in text for target in report.targets)
        plot = ElementTree.fromstring(svg(report))
        shown = " ".join(plot.itertext())
        assert "compact_dict_spread + never seen" in shown
        assert "spare ready" in shown
        assert "no spare" in shown
