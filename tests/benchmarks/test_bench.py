"""The engine's benchmark runs, and finds the engine ahead of a plain subprocess."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from judge.bench.bench import Workload, bench, choose_forms
from judge.bench.figures import EngineFigures, Latency, Way
from judge.bench.meter import Meter
from judge.bench.novel import never_seen
from judge.bench.plain import BenchFailed, PlainJob, require_same
from judge.judge import JudgeSettings
from judge.package import Package
from judge.plan import draw
from judge.sandbox.runtime import Runtime, default_root

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def report(package: Package) -> EngineFigures:
    """One round on one form; throughput with two clients."""
    workload = Workload(choose_forms(package, ["compact_dict_spread"]), rounds=1, clients=2)
    return bench(package, workload, JudgeSettings())


@pytest.mark.timeout(600)
class TestBench:
    """Loose on purpose: others may be using the cores."""

    def test_judging_with_a_filled_cache_beats_a_plain_subprocess(self, report: EngineFigures):
        (form,) = report.forms
        assert form.faster_than_baseline(Way.FILLED) > 1
        assert form.faster_than_baseline(Way.REMEMBERED) > 1

    def test_nothing_is_faster_than_the_floor(self, report: EngineFigures):
        (form,) = report.forms
        others = [way for way in form.latency if way is not Way.FLOOR]
        assert set(others) == set(Way) - {Way.FLOOR, Way.SERVED}
        assert all(form.times_floor(way) > 1 for way in others)

    def test_a_filled_cache_is_what_makes_the_difference(self, report: EngineFigures):
        (form,) = report.forms
        assert form.latency[Way.FILLED].p50 < form.latency[Way.COLD].p50

    def test_it_uses_less_cpu_time_than_a_plain_subprocess(self, report: EngineFigures):
        (form,) = report.forms
        assert 0 < form.cost[Way.FILLED].cpu_s < form.cost[Way.BASELINE].cpu_s

    def test_memory_of_the_jail_is_found(self, report: EngineFigures):
        cost = report.forms[0].cost[Way.FILLED]
        assert cost.memory_mb is not None
        assert cost.largest_mb is not None
        assert 20 < cost.largest_mb <= cost.memory_mb

    def test_throughput_beats_plain_subprocesses(self, report: EngineFigures):
        baseline, judged = report.throughput
        assert (baseline.way, judged.way) == (Way.BASELINE, Way.FILLED)
        assert judged.per_minute > baseline.per_minute


class TestPlainJob:
    def job(self, package: Package, tmp_path: Path, source: str) -> PlainJob:
        plan = draw(package, 1, groups=["sample"])
        return PlainJob(Runtime.load(default_root()), tmp_path, source, "solve", plan)

    def test_a_program_that_prints_still_answers(self, package: Package, tmp_path: Path):
        source = "def solve(seed, x, num_layers, features):\n    print('[]')\n    return x\n"
        outputs = self.job(package, tmp_path, source).run().outputs
        shapes = [case.inputs["x"].shape for case in draw(package, 1, groups=["sample"]).cases]
        assert [tuple(leaf["shape"]) for (leaf,) in outputs] == shapes

    def test_one_process_gives_baseline_and_floor(self, package: Package, tmp_path: Path):
        pair = self.job(package, tmp_path, package.reference).measure(2)
        assert len(pair.floor_ms) == 2
        assert 0 < max(pair.floor_ms) < pair.baseline_ms

    def test_what_is_added_to_compile_does_not_change_the_answers(
        self, package: Package, tmp_path: Path
    ):
        source = package.reference
        first, second = never_seen(source, "solve"), never_seen(source, "solve")
        assert first != second
        known = self.job(package, tmp_path, source).run()
        require_same(self.job(package, tmp_path, first).run().outputs, known.outputs)

    def test_a_program_that_raises_is_said(self, package: Package, tmp_path: Path):
        source = "def solve(seed, x, num_layers, features):\n    raise OSError('no such luck')\n"
        with pytest.raises(BenchFailed, match="no such luck"):
            self.job(package, tmp_path, source).run()

    def test_other_outputs_are_not_the_same_work(self):
        zero = {"dtype": "float32", "shape": [1], "hex": "00000000"}
        one = {"dtype": "float32", "shape": [1], "hex": "0000803f"}
        require_same([[zero]], [[zero]])
        with pytest.raises(BenchFailed, match="different outputs"):
            require_same([[zero]], [[one]])
        with pytest.raises(BenchFailed, match="different outputs"):
            require_same([[zero]], [])


class TestFigures:
    def test_percentiles_are_of_the_samples(self):
        latency = Latency.of([1.0, 2.0, 3.0])
        assert (latency.p50, latency.samples) == (2.0, (1.0, 2.0, 3.0))
        assert latency.p50 < latency.p95 < latency.p99 <= 3.0

    def test_own_work_is_counted(self):
        meter = Meter()
        sum(number * number for number in range(2_000_000))
        assert meter.read().cpu_s > 0


class TestCommand:
    def test_unknown_form_is_usage_and_names_the_known_ones(self):
        result = CliRunner().invoke(app, ["bench", "--form", "no_such_form"])
        assert result.exit_code == 2
        assert "compact_dict_spread" in result.output

    def test_unknown_problem_is_usage(self):
        assert CliRunner().invoke(app, ["bench", "no-such-problem"]).exit_code == 2


def test_the_usual_forms_are_one_eager_and_two_that_jit(package: Package):
    names = [form.name for form in choose_forms(package)]
    assert names == ["compact_dict_spread", "jitted_apply", "jitted_init"]
