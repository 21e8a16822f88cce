"""The reference runner: package code in a sandbox of its own, which no submission ever enters."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from judge.answer import Answer
from judge.answerers import Answerer, Answerers
from judge.case import Case, Plan, Transformation
from judge.errors import JudgeError
from judge.memory import AnswerMemory
from judge.package import KnownSubmission, Package
from judge.sandbox.backend import Process
from judge.sandbox.policy import NICE, Limits
from judge.sandbox.process import Costed
from judge.verdict import Verdict

LIMITS = Limits(wall_s=120.0, cpu_s=240.0, memory_mb=4096, output_kb=1024, nice=NICE)
"""Generous: package code is trusted not to waste, and a slow reference is no learner's fault."""

REFERENCE = "reference.py"

Parameters = Sequence[Mapping[str, np.ndarray]]
"""Initial parameters by name, layer by layer."""


class ReferenceFailed(JudgeError):
    """The package's own reference did not answer a case."""


class ReferenceRunner:
    """Answers of the reference and of the known-wrong programs on the cases of one plan. Borrows a
    process when something has to be run. Use as a context manager."""

    def __init__(
        self,
        spawn: Callable[[], Process],
        package: Package,
        plan: Plan,
        backend: str,
        memory: AnswerMemory,
        answerers: Answerers,
    ) -> None:
        self._spawn = spawn
        self._answerer: Answerer | None = None
        self._answerers = answerers
        self._package = package
        self._plan = plan
        self._kind = (package.sha256, backend)
        self._key = (*self._kind, plan.seed, plan.pool_epoch)
        self._memory = memory
        # One thread: the process answers one request at a time.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reference")

    def __enter__(self) -> ReferenceRunner:
        return self

    def __exit__(self, *details: object) -> None:
        self._thread.shutdown(cancel_futures=True)
        if self._answerer is not None:
            self._answerers.give_back(self._kind, self._answerer)

    def expect(self) -> list[Future[Answer]]:
        """Starts computing the expected answer of every case, in order. A future raises
        ReferenceFailed where the reference did not answer."""
        return [self._thread.submit(self._expected, case) for case in self._plan.cases]

    def transplanted(
        self, case: Case, parameters: Parameters, known: KnownSubmission | None = None
    ) -> Answer | None:
        """The reference's answer, or a known program's, with these initial parameters in place of
        its own, by layer in the order of its initialisation. None where there is no answer. It is
        remembered: programs that name their layers alike draw the same."""
        path, source = REFERENCE, self._package.reference
        if known is not None:
            path, source = known.path, known.source
        return self._thread.submit(self._transplanted, path, source, case, parameters).result()

    def known_wrong(
        self, case: Case, parameters: Parameters = ()
    ) -> Iterator[tuple[KnownSubmission, Answer]]:
        """The answers of the programs that show a pitfall, with ``parameters`` in place of their
        own initial ones if there are any."""
        for known in self._package.submissions:
            if known.pitfall is None or known.verdict not in (Verdict.WA, Verdict.RTE):
                continue
            if parameters:
                answer = self.transplanted(case, parameters, known)
            else:
                answer = self._thread.submit(self._answer, known.path, known.source, case).result()
            if answer is not None:
                yield known, answer

    def altered(
        self,
        case: Case,
        wall_s: float,
        parameters: Parameters = (),
        compiled: Transformation | None = None,
    ) -> Answer | None:
        """The reference's answer to a case that no plan holds, as ``transplanted`` where there are
        parameters, as ``compiled`` where that is given. None where there is none in time."""
        return self._thread.submit(self._altered, case, wall_s, parameters, compiled).result()

    def expect_beside(self, case: Case) -> Future[Answer]:
        """The expected answer of a case that has a planned one's index and other values."""
        return self._thread.submit(self._expected, case, "beside")

    def transformed(
        self, case: Case, asked: Transformation, known: KnownSubmission | None = None
    ) -> Future[Answer]:
        """The reference's answer under a transformation, or a known program's, whatever that is.
        The future raises ReferenceFailed where the reference gives no output."""
        if known is None:
            return self._thread.submit(self._expected, case, asked.name, asked)
        return self._thread.submit(self._known, known, case, asked)

    def cost(self, case: Case, static: Sequence[str]) -> Future[Costed | None]:
        """What the reference takes on one case; None where it does not load."""
        return self._thread.submit(self._cost, case, static)

    def _expected(self, case: Case, tag: str = "", asked: Transformation | None = None) -> Answer:
        answer = self._answer(REFERENCE, self._package.reference, case, tag, asked)
        if answer is None or answer.output is None:
            detail = "it does not load" if answer is None else describe_failure(answer)
            under = f" under {asked.name}" if asked is not None else ""
            raise ReferenceFailed(
                f"The reference of {self._package.slug} failed on case {case.index}{under}: "
                f"{detail}"
            )
        return answer

    def _known(self, known: KnownSubmission, case: Case, asked: Transformation) -> Answer:
        answer = self._answer(known.path, known.source, case, asked.name, asked)
        if answer is None:
            raise ReferenceFailed(f"{known.path} of {self._package.slug} does not load")
        return answer

    def _transplanted(
        self, program: str, source: str, case: Case, parameters: Parameters
    ) -> Answer | None:
        return self._answer(program, source, case, f"with {_digest(parameters)}", None, parameters)

    def _altered(
        self, case: Case, wall_s: float, parameters: Parameters, compiled: Transformation | None
    ) -> Answer | None:
        process = self._loaded_in(REFERENCE, self._package.reference)
        if process is None:
            return None
        if compiled is not None:
            return process.transform(REFERENCE, compiled, wall_s)
        trace = self._package.spec.trace
        return process.call(REFERENCE, case.inputs, trace.observe, parameters, trace.sown, wall_s)

    def _cost(self, case: Case, static: Sequence[str]) -> Costed | None:
        process = self._loaded_in(REFERENCE, self._package.reference)
        return None if process is None else process.cost(REFERENCE, case.inputs, static)

    def _answer(
        self,
        program: str,
        source: str,
        case: Case,
        tag: str = "",
        asked: Transformation | None = None,
        parameters: Parameters = (),
    ) -> Answer | None:
        """``tag`` tells apart what is asked about one case, the parameters included."""
        key = (*self._key, case.index, program, tag)
        answer = self._memory.recall(key)
        if answer is None:
            process = self._loaded_in(program, source)
            if process is None:
                return None
            if asked is not None:
                answer = process.transform(program, asked)
            else:
                trace = self._package.spec.trace
                answer = process.call(program, case.inputs, trace.observe, parameters, trace.sown)
            if answer.ended is None:
                self._memory.remember(key, answer)
        return answer

    def _loaded_in(self, program: str, source: str) -> Process | None:
        """A process with the program loaded; None where that went wrong. Another process takes the
        place of one that a request ended: what is asked next must not suffer from it."""
        spec = self._package.spec
        if self._answerer is not None and self._answerer.worn:
            self._answerer.process.close()
            self._answerer = None
        if self._answerer is None:
            self._answerer = self._answerers.borrow(self._kind, self._spawn)
        process, loaded = self._answerer.process, self._answerer.loaded
        if program not in loaded:
            outcome = process.load(program, source, spec.entry, spec.parameters)
            loaded[program] = outcome.failure is None and outcome.ended is None
        self._answerer.requests += 1
        return process if loaded[program] and process.alive else None


def _digest(parameters: Parameters) -> str:
    """A name of what comes from a submission: who chose it cannot have another's answers."""
    digest = hashlib.sha256()
    for number, layer in enumerate(parameters):
        for name, array in layer.items():
            digest.update(f"{number} {name!r} {array.dtype} {array.shape} ".encode())
            digest.update(array.tobytes())
    return digest.hexdigest()


def describe_failure(answer: Answer) -> str:
    """Why an answer holds no output, in a few words."""
    if answer.raised is not None:
        return f"{answer.raised.type_name}: {answer.raised.message}"
    if answer.refusal is not None:
        return answer.refusal.why
    return answer.ended.detail if answer.ended is not None else "no answer"
