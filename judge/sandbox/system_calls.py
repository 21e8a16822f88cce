"""The system calls that a sandboxed process may make, by purpose; every other one is refused.

Found by watching JAX, Flax, SciPy and what programs do around them (files in /tmp, threads,
timers) call the kernel. A name that this machine's libseccomp does not know stays refused.
"""

from __future__ import annotations

from dataclasses import dataclass

CLONE_THREAD = 0x00010000
_CLONE_NEW = 0x7E020080
_CLONE_PIDFD = 0x00001000
OWN_PID = 1
"""A sandboxed process is pid 1 of its own pid namespace."""


@dataclass(frozen=True)
class Only:
    """A call that is allowed only where one argument, after ``mask``, has one of ``values``."""

    name: str
    argument: int
    values: tuple[int, ...]
    mask: int | None = None


@dataclass(frozen=True)
class SystemCalls:
    """A whole policy: allowed as they are; allowed for some arguments; answered with ENOSYS, for
    which libc has another way. The rest is answered with EPERM, and a call by the entry of another
    architecture (i386, x32) kills the process."""

    allowed: frozenset[str]
    conditional: tuple[Only, ...]
    absent: tuple[str, ...] = ("clone3",)


FILES = """
    read write readv writev pread64 pwrite64 preadv pwritev open openat creat close close_range
    stat fstat lstat newfstatat statx statfs fstatfs access faccessat faccessat2 lseek getdents
    getdents64 readlink readlinkat getcwd chdir fchdir umask truncate ftruncate fallocate fsync
    fdatasync fadvise64 rename renameat renameat2 mkdir mkdirat rmdir unlink unlinkat link
    linkat symlink symlinkat chmod fchmod fchmodat fchmodat2 utime utimes utimensat futimesat
    sendfile copy_file_range getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
    dup dup2 dup3 pipe pipe2 select pselect6 poll ppoll
"""
# Programs are compiled while they run, so pages can become executable.
MEMORY = "brk mmap munmap mremap mprotect madvise msync mincore"
THREADS = """
    futex set_robust_list get_robust_list rseq set_tid_address gettid sched_yield getcpu
    sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max
    sched_get_priority_min getpriority exit exit_group restart_syscall arch_prctl
"""
SIGNALS = """
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend
    sigaltstack pause wait4 waitid
"""
TIME = """
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times alarm getitimer
    setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete
"""
OF_ITSELF = """
    getpid getppid getpgrp getpgid getsid getuid geteuid getgid getegid getresuid getresgid
    getgroups getrlimit setrlimit getrusage uname sysinfo getrandom capget
"""
# The channel to the orchestrator is a socket that is open already. Not among them: sendmsg and
# recvmsg, which pass descriptors.
CHANNEL = "recvfrom shutdown getsockname getpeername getsockopt"

CPU = SystemCalls(
    allowed=frozenset(f"{FILES} {MEMORY} {THREADS} {SIGNALS} {TIME} {OF_ITSELF} {CHANNEL}".split()),
    conditional=(
        # Threads, and nothing that could be more than a thread.
        Only("clone", 0, (CLONE_THREAD,), mask=CLONE_THREAD | _CLONE_NEW | _CLONE_PIDFD),
        # Signals to itself: abort, raise. Limits of itself.
        Only("kill", 0, (OWN_PID,)),
        Only("tgkill", 0, (OWN_PID,)),
        Only("prlimit64", 0, (0,)),
        # To the other end of the channel, to no address.
        Only("sendto", 4, (0,)),
        # TCGETS (what isatty asks), TCGETS2, FIOCLEX, FIONCLEX, FIONBIO, FIONREAD.
        Only("ioctl", 1, (0x5401, 0x802C542A, 0x5451, 0x5450, 0x5421, 0x541B)),
        # DUPFD, GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC. No lock: those on the library's files
        # are seen by every other run, as is flock's.
        Only("fcntl", 1, (0, 1, 2, 3, 4, 1030)),
        # GET_DUMPABLE, SET_NAME and GET_NAME (of a thread), SET_VMA (names of memory, by libc).
        Only("prctl", 0, (3, 15, 16, 0x53564D41)),
    ),
)

# Never run on a device. The NVIDIA driver is spoken to by ioctl alone: those of its control and
# device nodes have the type F; those of its unified memory are plain small numbers, but for two.
GPU = SystemCalls(
    allowed=CPU.allowed | {"eventfd2", "get_mempolicy", "mbind", "memfd_create", "mlock"},
    conditional=(
        *CPU.conditional,
        Only("ioctl", 1, (ord("F") << 8,), mask=0xFF00),
        Only("ioctl", 1, (0,), mask=0xFFFFFF00),
        Only("ioctl", 1, (0x30000001, 0x30000002)),
    ),
)

BY_BACKEND = {"cpu": CPU, "gpu": GPU}
