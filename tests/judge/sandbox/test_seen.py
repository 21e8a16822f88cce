"""What doctor shows of each layer: in force, and, in a process that was spawned without, not."""

from __future__ import annotations

import os

import pytest

from judge.sandbox.doctor import State, examine
from judge.sandbox.jail import Jail
from judge.sandbox.landlock import kernel_abi
from judge.sandbox.layers import ALL, Layer, Layers
from judge.sandbox.policy import Limits
from judge.sandbox.runtime import default_root
from judge.sandbox.seen import look

pytestmark = pytest.mark.sandbox

NOT_SEEN = {Layer.MEMORY, Layer.PROCESSES, Layer.CPU_TIME, Layer.LANDLOCK}
"""Numbers and a kernel's version, of which nothing can be seen on a process."""
OF_THE_JAIL = {Layer.HOST_USER, Layer.JAIL, Layer.NO_NEW_PRIVILEGES}
"""Bubblewrap sets no_new_privs as well."""
STAND_ON = {
    Layer.USER_NAMESPACE: {
        Layer.PID_NAMESPACE,
        Layer.NETWORK_NAMESPACE,
        Layer.IPC_NAMESPACE,
        Layer.PRIVATE_FILES,
    },
}


def in_force(jail: Jail, layers: Layers) -> set[Layer]:
    with jail.spawn(Limits(), layers=layers) as process:
        return {seen.layer for seen in look(process.pid, "cgroup", Limits()) if seen.in_force}


def test_all_layers_are_in_force(jail: Jail) -> None:
    landlock = set() if kernel_abi() else {Layer.LANDLOCK}
    assert in_force(jail, ALL) == ALL - landlock


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look at another's namespaces")
@pytest.mark.parametrize("layer", sorted(ALL - NOT_SEEN - OF_THE_JAIL))
def test_one_that_is_off_is_seen_to_be(layer: Layer, jail: Jail) -> None:
    off = {layer} | STAND_ON.get(layer, set())
    assert in_force(jail, ALL - off) == ALL - off | (off & NOT_SEEN)


def test_doctor_names_every_layer_and_misses_none() -> None:
    checks = {check.name: check for check in examine(default_root())}
    assert set(Layer) <= set(checks)
    assert [c for c in checks.values() if c.state is State.MISSING] == []
