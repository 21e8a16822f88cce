"""Mutants: what each operator makes of a small program, and what all of them together promise."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from judge.mutants.generate import LIMIT, OPERATORS, mutants
from judge.mutants.mutant import Program
from judge.package import Package
from judge.spec import ProblemSpec

DECLARATIONS: dict[str, Any] = {
    "format": "jurax-problem/1",
    "uuid": "6f0e2f8e-7f1d-4f7c-9d53-0c2b6f0a7a14",
    "version": "1.0.0",
    "title": "Mutated",
    "summary": "A problem whose reference is varied.",
    "track": "primitives",
    "difficulty": "easy",
    "authors": ["Somebody"],
    "license": "CC0-1.0",
    "entry": "solve",
    "symbols": {"n": {"range": [1, 4]}},
    "inputs": [
        {"name": "x", "type": "array", "dtype": "float32", "dims": ["n"], "values": ["normal"]},
        {"name": "y", "type": "array", "dtype": "int32", "dims": ["n"], "values": ["integers"]},
        {"name": "k", "type": "int", "range": [1, 3]},
    ],
    "output": {"type": "array", "dtype": "float32", "dims": ["n"]},
    "groups": [{"name": "sample", "cases": 1, "points": 1, "visibility": "full"}],
}
SPEC = ProblemSpec.model_validate(DECLARATIONS)


def function(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f'def solve(x, y, k):\n    """Return 1 + 1."""\n{lines}'


def changed(operator: str, source: str, spec: ProblemSpec = SPEC) -> list[str]:
    program = Program(source, spec)
    return [
        program.mutated(operator, number, replacement).becomes
        for number, replacement in enumerate(OPERATORS[operator](program), start=1)
    ]


@pytest.mark.parametrize(
    ("operator", "body", "becomes"),
    [
        ("constant", "return x * 2", ["return x * 0", "return x * 1"]),
        ("constant", "return x * 1.0", ["return x * 0.0"]),
        ("constant", "return x * -1", ["return x * 0", "return x * 1"]),
        ("constant", "return f(x, keepdims=True)", ["return f(x, keepdims=False)"]),
        ("cast", "return x * int(k)", ["return x * k"]),
        ("cast", "return y.astype(x.dtype)", ["return y"]),
        ("axis", "return jnp.sum(x, axis=-1)", ["return jnp.sum(x, axis=0)"]),
        ("axis", "return jnp.sum(x, axis=0)", ["return jnp.sum(x, axis=-1)"]),
        ("axis", "return jnp.sum(x, axis=(0, 2))", ["return jnp.sum(x, axis=(2, 0))"]),
        ("key", "return f(jax.random.key(k))", ["return f(jax.random.key(0))"]),
        ("key", "a, b = jax.random.split(k)", ["a, b = [k] * 2"]),
        ("key", "return 'a b'.split(x)", []),
        ("key", "return jax.random.fold_in(key, k)", ["return key"]),
        (
            "loop",
            "for i in range(2, k): x = x + i",
            ["for i in range(2, k - 1):", "for i in range(2, k + 1):"],
        ),
        ("loop", "for w in y: x = x * w", ["for w in y[1:]:", "for w in y[:-1]:"]),
        ("activation", "return jax.nn.relu(x)", ["return x"]),
        ("input", "return x", ["x = 0 * x", "y = 0 * y", "k = 0 * k"]),
        ("operator", "return x + y", ["return x - y"]),
        ("operator", "x /= k\nreturn -x", ["return x", "x *= k"]),
        ("comparison", "return x < k", ["return x >= k", "return x <= k"]),
        ("comparison", "return jnp.where(k, x, y)", ["return jnp.where(k, y, x)"]),
        ("index", "return x[0]", ["return x[1]", "return x[-1]"]),
        ("index", "return x[:, 1:]", ["return x[:, 2:]", "return x[:, 0:]"]),
        ("index", "return x[-1]", ["return x[0]", "return x[-2]"]),
        ("deletion", "x = x / k\nz = x\nreturn z", ["pass"]),
        ("transpose", "return x @ y", ["return x.T @ y", "return x @ y.T", "return y @ x"]),
        ("transpose", "return jnp.dot(x, y)", ["return jnp.dot(x.T, y)", "return jnp.dot(x, y.T)"]),
        ("transpose", "return x.T", ["return x"]),
        ("reduction", "return jnp.mean(x)", ["return jnp.sum(x)"]),
        ("reduction", "return x.max()", ["return x.min()"]),
        ("intermediate", "z = x * k\nreturn f(z)", ["return z", "return z"]),
        (
            "epsilon",
            "return jnp.sqrt(v + 1e-6)",
            ["return jnp.sqrt(v) + 1e-06", "return jnp.sqrt(v)"],
        ),
        ("epsilon", "return jnp.log(x + eps)", ["return jnp.log(x) + eps", "return jnp.log(x)"]),
        ("epsilon", "return jnp.sqrt(x + 1.0)", []),
        ("keyword", "return f(x, axis=0, out=y)", ["return f(x, out=y)", "return f(x, axis=0)"]),
    ],
)  # fmt: skip
def test_an_operator(operator: str, body: str, becomes: list[str]) -> None:
    assert changed(operator, function(body)) == becomes


class TestPrecision:
    def test_results_and_floating_inputs_go_through_16_bits(self) -> None:
        result16, result_b16, *inputs = changed("precision", function("return x"))
        assert ".astype('float16')" in result16
        assert ".astype('bfloat16')" in result_b16
        assert inputs == [
            "x = x.astype('float16').astype('float32')",
            "x = x.astype('bfloat16').astype('float32')",
        ]

    def test_whole_numbers_do_not(self) -> None:
        spec = ProblemSpec.model_validate(
            {
                **DECLARATIONS,
                "inputs": DECLARATIONS["inputs"][1:],
                "output": {**DECLARATIONS["output"], "dtype": "int32"},
            }
        )
        assert changed("precision", "def solve(y, k):\n    return y\n", spec) == []


class TestAll:
    def test_texts_and_annotations_stay(self) -> None:
        source = 'def solve(x: f[0], y, k):\n    """Add 1."""\n    z: f[1] = x\n    return z\n'
        assert changed("constant", source) == []
        assert changed("index", source) == []

    def test_they_are_programs_that_differ_from_the_reference_and_each_other(
        self, package: Package
    ) -> None:
        found = mutants(package.reference, package.spec)
        trees = {ast.dump(ast.parse(mutant.source)) for mutant in found}
        assert len(trees) == len(found) > 20
        assert ast.dump(ast.parse(package.reference)) not in trees

    def test_a_mutant_says_what_it_changes(self) -> None:
        mutant = next(
            m for m in mutants(function("z = x + y\nreturn z"), SPEC) if m.operator == "operator"
        )
        assert (mutant.name, mutant.line) == ("operator-1", 3)
        assert (mutant.was, mutant.becomes) == ("z = x + y", "z = x - y")
        assert "z = x - y" in mutant.source

    def test_what_stands_in_an_f_string_is_changed_too(self, package: Package) -> None:
        becomes = [mutant.becomes for mutant in mutants(package.reference, package.spec)]
        assert "last = f'Dense_{num_layers + 1}'" in becomes

    def test_the_same_reference_has_the_same_mutants(self, package: Package) -> None:
        assert mutants(package.reference, package.spec) == mutants(package.reference, package.spec)

    def test_over_the_limit_every_operator_keeps_some(self) -> None:
        source = function("\n".join(["x = x + 2 * y[2]"] * 40) + "\nreturn jnp.sum(x, axis=0)")
        every = mutants(source, SPEC, limit=1000)
        some = mutants(source, SPEC)
        assert len(some) == LIMIT < len(every)
        assert {m.operator for m in some} == {m.operator for m in every}
        assert set(some) <= set(every)

    def test_what_is_no_python_is_dropped(self) -> None:
        # Without its only statement a function is still one; a range of nothing is not.
        for mutant in mutants(function("for i in range(k): x = x + i\nreturn x"), SPEC):
            compile(mutant.source, "mutant", "exec")
