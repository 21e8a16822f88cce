"""The compiled filters, executed here instruction by instruction: what the kernel would answer."""

from __future__ import annotations

import errno
import platform
import struct
import textwrap
from collections.abc import Sequence

import pyseccomp
import pytest

from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.seccomp import compiled_filter
from judge.sandbox.system_calls import BY_BACKEND

X86_64, I386 = 0xC000003E, 0x40000003
X32 = 0x40000000
ALLOW, KILL = "allow", "kill the process"

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86-64")


def answer(
    backend: str, call: str | int, arguments: Sequence[int] = (), architecture: int = X86_64
) -> str:
    """What the filter says to one call: ALLOW, KILL, or the name of an errno."""
    number = call
    if isinstance(call, str):
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call)
    padded = [value & 0xFFFFFFFFFFFFFFFF for value in (*arguments, 0, 0, 0, 0, 0, 0)][:6]
    data = struct.pack("<IIQ6Q", number, architecture, 0, *padded)
    said = run(compiled_filter(backend), data)
    if said == 0x7FFF0000:
        return ALLOW
    if said == 0x80000000:
        return KILL
    assert said & 0xFFFF0000 == 0x00050000
    return errno.errorcode[said & 0xFFFF]


def run(program: bytes, data: bytes) -> int:
    """Classic BPF as far as libseccomp writes it: loads, jumps, and, return."""
    instructions = list(struct.iter_unpack("<HBBI", program))
    position = accumulator = 0
    while True:
        code, if_true, if_false, k = instructions[position]
        position += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, k)
        elif code == 0x54:
            accumulator &= k
        elif code == 0x05:
            position += k
        elif code == 0x06:
            return k
        else:
            tests = {0x15: accumulator == k, 0x25: accumulator > k, 0x35: accumulator >= k}
            position += if_true if tests[code] else if_false


REFUSED = (
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev",
    "process_madvise", "kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal",
    "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tkill", "keyctl", "add_key", "request_key", "bpf",
    "io_uring_setup", "io_uring_enter", "io_uring_register", "userfaultfd", "perf_event_open",
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree",
    "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "swapon", "swapoff", "reboot",
    "sethostname", "setdomainname", "init_module", "finit_module", "delete_module",
    "kexec_load", "kexec_file_load", "acct", "quotactl", "syslog", "iopl", "ioperm",
    "modify_ldt", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
    "open_by_handle_at", "name_to_handle_at", "fanotify_init", "inotify_init1",
    "lookup_dcookie", "personality", "seccomp", "landlock_create_ruleset", "setuid", "setgid",
    "setreuid", "setresuid", "setgroups", "capset", "setsid", "setpgid", "socket", "socketpair",
    "connect", "bind", "listen", "accept", "accept4", "sendmsg", "recvmsg", "sendmmsg",
    "recvmmsg", "shmget", "shmat", "semget", "msgget", "mq_open", "memfd_secret", "mknod",
    "mknodat", "chown", "fchownat", "setxattr", "move_pages", "migrate_pages", "set_mempolicy",
    "vhangup", "vmsplice", "splice", "tee", "setpriority", "sched_setscheduler",
    "sched_setaffinity", "ioprio_set",
)  # fmt: skip


class TestWhatIsRefused:
    @pytest.mark.parametrize("backend", BY_BACKEND)
    def test_by_name(self, backend: str) -> None:
        assert {name: answer(backend, name) for name in REFUSED} == dict.fromkeys(REFUSED, "EPERM")

    @pytest.mark.parametrize("backend", BY_BACKEND)
    def test_every_number_that_is_not_on_the_list(self, backend: str) -> None:
        policy = BY_BACKEND[backend]
        named = {*policy.allowed, *policy.absent, *(rule.name for rule in policy.conditional)}
        listed = {pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in named}
        numbers = [number for number in range(1024) if number not in listed]
        assert {answer(backend, number) for number in numbers} == {"EPERM"}

    def test_clone3_looks_as_if_it_were_not_there(self) -> None:
        """A filter cannot read its flags, and libc then uses clone."""
        assert answer("cpu", "clone3") == "ENOSYS"

    @pytest.mark.parametrize("call", [0, 11, 39, 102, X32 | 0, X32 | 39, X32 | 520])
    def test_the_entries_of_other_architectures_kill(self, call: int) -> None:
        architecture = X86_64 if call & X32 else I386
        assert answer("cpu", call, architecture=architecture) == KILL


class TestWhatDependsOnArguments:
    THREAD = 0x3D0F00

    def test_a_thread_may_be_started(self) -> None:
        assert answer("cpu", "clone", (self.THREAD,)) == ALLOW

    @pytest.mark.parametrize(
        "flags",
        [0x11, 0x01200011, 0x4111, *(0x3D0F00 | 1 << bit for bit in (7, 12, 17, *range(25, 31)))],
    )
    def test_nothing_else_may(self, flags: int) -> None:
        """A fork, a vfork, and a thread with a namespace of its own or a handle on it."""
        assert answer("cpu", "clone", (flags,)) == "EPERM"

    @pytest.mark.parametrize(
        ("call", "allowed", "refused"),
        [
            ("kill", [(1, 9)], [(2, 9), (0, 9), (-1, 9)]),
            ("tgkill", [(1, 1, 6)], [(2, 2, 6)]),
            ("prlimit64", [(0, 7)], [(1, 7), (2, 7)]),
            ("sendto", [(3, 4096, 1, 0, 0)], [(3, 4096, 1, 0, 4096, 16)]),
            ("ioctl", [(1, 0x5401)], [(0, 0x5412), (0, 0x541C), (0, 0x1_0000_5412), (3, 0x5423)]),
            ("fcntl", [(1, 3)], [(1, 8), (1, 1024), (1, 1031)]),
            ("prctl", [(15,)], [(4, 1), (22, 2), (24,), (8,), (35,), (47, 2), (59,)]),
        ],
    )
    def test_on_one_argument(
        self, call: str, allowed: list[tuple[int, ...]], refused: list[tuple[int, ...]]
    ) -> None:
        assert {answer("cpu", call, arguments) for arguments in allowed} == {ALLOW}
        assert {answer("cpu", call, arguments) for arguments in refused} == {"EPERM"}


@pytest.mark.sandbox
class TestInAProcess:
    """The kernel reads the filter as it is read here."""

    @pytest.mark.parametrize(
        "code",
        ["b814000000cd80c3", "b8270000400f05c3"],
        ids=["getpid by i386's int 0x80", "getpid as x32 numbers it"],
    )
    def test_another_architectures_entry_kills(self, code: str, jail: Jail) -> None:
        source = f"""
            import ctypes, mmap
            code = bytes.fromhex("{code}")
            page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            page.write(code)
            address = ctypes.addressof(ctypes.c_char.from_buffer(page))
            def solve(x): return ctypes.CFUNCTYPE(ctypes.c_long)(address)()
            """
        with jail.spawn(Limits()) as process:
            process.load("p", textwrap.dedent(source), "solve", ["x"])
            ended = process.call("p", {"x": 1.0}).ended
        assert ended is not None
        assert "SIGSYS" in ended.detail


class TestTheGpusPolicy:
    """Compiled and executed here; it has never been run on a device."""

    def test_holds_the_drivers_ioctls(self) -> None:
        for request in (0xC020462A, 0x30000001, 27):
            assert answer("gpu", "ioctl", (3, request)) == ALLOW
            assert answer("cpu", "ioctl", (3, request)) == "EPERM"

    def test_holds_no_terminal(self) -> None:
        for request in (0x5412, 0x541C, 0x5423):
            assert answer("gpu", "ioctl", (0, request)) == "EPERM"

    def test_allows_what_the_processors_does(self) -> None:
        for name in BY_BACKEND["cpu"].allowed:
            assert answer("gpu", name) == answer("cpu", name) == ALLOW
