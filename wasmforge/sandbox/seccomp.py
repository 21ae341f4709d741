"""Returns the seccomp filter program: system calls that no tool needs are refused. Pure.

A program is a list of the classic BPF's instructions, 8 bytes each, over `struct seccomp_data`: the call's number at
0, the architecture at 4, six arguments of 8 bytes from 16 on.
"""

import struct
from functools import lru_cache

from wasmforge.sandbox.policy import Policy

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""The kernel's numbers for architectures (AUDIT_ARCH_*)."""

X32 = 0x40000000
"""The bit in numbers of x86-64's third set of system calls."""

NUMBERS = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clone": (56, 220),
    "clone3": (435, 435),
    "delete_module": (176, 106),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "sendmmsg": (307, 269),
    "sendmsg": (46, 211),
    "sendto": (44, 206),
    "setns": (308, 268),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
"""Numbers of system calls on x86-64 and on 64-bit Arm."""

ALWAYS = (
    *("acct", "add_key", "bpf", "delete_module", "finit_module", "init_module", "io_uring_enter", "io_uring_register"),
    *("io_uring_setup", "kcmp", "kexec_file_load", "kexec_load", "keyctl", "name_to_handle_at", "open_by_handle_at"),
    *("perf_event_open", "pidfd_getfd", "process_vm_readv", "process_vm_writev", "quotactl", "reboot", "request_key"),
    *("swapoff", "swapon", "syslog", "userfaultfd"),
)
"""Keys of the kernel, other processes' memory, the machine itself, and calls that go around such a filter."""

NAMESPACES = (
    *("chroot", "fsconfig", "fsmount", "fsopen", "fspick", "mount", "mount_setattr", "move_mount", "open_tree"),
    *("pivot_root", "ptrace", "setns", "umount2", "unshare"),
)
"""Calls by which a browser makes sandboxes of its own, and which nothing else needs."""

NEW_NAMESPACES = 0x7E020000
"""Flags of `clone` that ask for a namespace."""

FAST_OPEN = 0x20000000
"""A flag of the `send` family that connects without `connect` (MSG_FASTOPEN)."""

UNIX, INET, INET6, NETLINK = 1, 2, 10, 16
STREAM, SEQPACKET, TCP = 1, 5, 6

EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97

LOAD, EQUAL, AT_LEAST, BITS, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000

NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16

Instruction = tuple[int, int, int, int]
"""Code, how many instructions to skip if true and if false, and a value."""


def filter_program(machine: str, policy: Policy, *, namespaces: bool) -> bytes:
    """The filter for a command. `namespaces`: network and processes are namespaces of its own, as bubblewrap has them.

    Where they are not, sockets are the filter's matter: Landlock knows neither UDP nor Unix sockets.
    """
    serves, browser = policy.listens or policy.connects is not None, policy.browser
    return _program(machine, Policy(directory="", network=policy.network, listens=serves, browser=browser), namespaces)


@lru_cache(maxsize=16)
def _program(machine: str, policy: Policy, namespaces: bool) -> bytes:
    """The filter, cached by all that it depends on; `listens` means here that the command may make TCP sockets."""
    column = [*ARCHITECTURES].index(machine)
    number = {name: numbers[column] for name, numbers in NUMBERS.items()}
    code: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, ARCHITECTURES[machine]),
        _refuse(EPERM),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        _refuse(ENOSYS),
    ]
    for name in (*ALWAYS, *(() if policy.browser else NAMESPACES)):
        code += [(EQUAL, 0, 1, number[name]), _refuse(EPERM)]
    if not policy.browser:
        code += [(EQUAL, 0, 1, number["clone3"]), _refuse(ENOSYS)]  # its flags lie in memory; all fall back to clone
        code += _block(number["clone"], [_argument(0), (BITS, 0, 1, NEW_NAMESPACES), _refuse(EPERM)])
    if not (namespaces or policy.browser):
        code += _block(number["socketpair"], _one_of(1, (STREAM, SEQPACKET), mask=0xF))
        for name, flags in (("sendto", 3), ("sendmsg", 2), ("sendmmsg", 3)):
            code += _block(number[name], [_argument(flags), (BITS, 0, 1, FAST_OPEN), _refuse(EPERM)])
    families = _families(policy, namespaces=namespaces)
    of_inet = policy.listens and not (namespaces or policy.network)
    kinds = [*_one_of(1, (STREAM,), mask=0xF), *_one_of(2, (0, TCP))] if of_inet and not policy.browser else []
    code += _block(number["socket"], [*_one_of(0, families), *kinds])
    code.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _families(policy: Policy, *, namespaces: bool) -> tuple[int, ...]:
    """The families of sockets that a command may make."""
    if namespaces:
        return (UNIX, INET, INET6, NETLINK)
    families = (UNIX, NETLINK) if policy.browser else ()
    if policy.network:
        return (*families, INET, INET6, NETLINK)
    return (*families, INET, INET6) if policy.listens else families


def _block(number: int, body: list[Instruction]) -> list[Instruction]:
    """For one call: the body, which refuses or goes on to its end, and that allows."""
    return [(EQUAL, 0, len(body) + 1, number), *body, (RETURN, 0, 0, ALLOW)]


def _one_of(argument: int, values: tuple[int, ...], mask: int = 0) -> list[Instruction]:
    """Refuse what is none of these."""
    masked = [(AND, 0, 0, mask)] if mask else []
    tests = [(EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
    return [_argument(argument), *masked, *tests, _refuse(EAFNOSUPPORT)]


def _argument(index: int) -> Instruction:
    """Load the lower half of an argument; both architectures are little-endian."""
    return (LOAD, 0, 0, ARGUMENTS + 8 * index)


def _refuse(error: int) -> Instruction:
    return (RETURN, 0, 0, ERROR | error)
