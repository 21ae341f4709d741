"""The filter of system calls, run as the kernel would run it."""

import struct

import pytest

from wasmforge.sandbox.policy import Policy
from wasmforge.sandbox.seccomp import ALLOW, ALWAYS, ARCHITECTURES, NAMESPACES, NUMBERS, filter_program

PLAIN = Policy(directory="/")
SERVER = Policy(directory="/", listens=True)
NETWORK = Policy(directory="/", network=True)
BROWSER = Policy(directory="/", browser=True, connects=1)

UNIX, INET, NETLINK, PACKET, VSOCK = 1, 2, 16, 17, 40
STREAM, DGRAM, CLOEXEC = 1, 2, 0o2000000

MACHINES = [*ARCHITECTURES]


def run(program: bytes, number: int, *arguments: int, architecture: int) -> int:
    """What the kernel does with a call: 0 permits it, else the error's number."""
    data = struct.pack("=iIQ6Q", number, architecture, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    code = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    value, at = 0, 0
    while True:
        kind, yes, no, k = code[at]
        at += 1
        if kind == 0x20:
            (value,) = struct.unpack_from("=I", data, k)
        elif kind == 0x54:
            value &= k
        elif kind == 0x06:
            return 0 if k == ALLOW else k & 0xFFFF
        else:
            at += yes if {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}[kind] else no


def asks(machine: str, policy: Policy, name: str, *arguments: int, namespaces: bool = False) -> int:
    """What happens to a call by its name."""
    program = filter_program(machine, policy, namespaces=namespaces)
    number = NUMBERS[name][MACHINES.index(machine)]
    return run(program, number, *arguments, architecture=ARCHITECTURES[machine])


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("namespaces", [True, False])
def test_calls_that_no_tool_needs_are_refused(machine: str, namespaces: bool) -> None:
    for name in (*ALWAYS, *NAMESPACES):
        assert asks(machine, PLAIN, name, namespaces=namespaces) == 1, name
    for name in ALWAYS:
        assert asks(machine, BROWSER, name, namespaces=namespaces) == 1, name
    assert asks(machine, BROWSER, "unshare", namespaces=namespaces) == 0


@pytest.mark.parametrize("machine", MACHINES)
def test_processes_may_be_made_and_namespaces_not(machine: str) -> None:
    assert asks(machine, PLAIN, "clone", 0x01200011) == 0
    assert asks(machine, PLAIN, "clone", 0x10000011) == 1  # a user namespace
    assert asks(machine, PLAIN, "clone", 0x40000000) == 1
    assert asks(machine, PLAIN, "clone3") == 38


@pytest.mark.parametrize("machine", MACHINES)
def test_sockets_where_the_network_is_the_hosts(machine: str) -> None:
    for family in (UNIX, INET, NETLINK, PACKET, VSOCK):
        assert asks(machine, PLAIN, "socket", family, STREAM) == 97, family
    assert asks(machine, PLAIN, "socketpair", UNIX, STREAM | CLOEXEC) == 0
    assert asks(machine, PLAIN, "socketpair", UNIX, DGRAM) == 97  # could be sent elsewhere
    assert asks(machine, SERVER, "socket", INET, STREAM | CLOEXEC, 6) == 0
    assert asks(machine, SERVER, "socket", INET, DGRAM) == 97
    assert asks(machine, SERVER, "socket", INET, STREAM, 262) == 97  # MPTCP, of which Landlock knows nothing
    assert asks(machine, SERVER, "socket", UNIX, STREAM) == 97
    assert asks(machine, NETWORK, "socket", INET, DGRAM) == 0
    assert asks(machine, NETWORK, "socket", UNIX, STREAM) == 97  # an engine of containers listens there
    assert asks(machine, SERVER, "sendto", 3, 0, 0, 0x20000000) == 1  # connects without `connect`
    assert asks(machine, SERVER, "sendto", 3, 0, 0, 0x4000) == 0


@pytest.mark.parametrize("machine", MACHINES)
def test_sockets_in_a_network_of_its_own(machine: str) -> None:
    for family in (UNIX, INET, NETLINK):
        assert asks(machine, PLAIN, "socket", family, DGRAM, namespaces=True) == 0
    for family in (PACKET, VSOCK):
        assert asks(machine, PLAIN, "socket", family, STREAM, namespaces=True) == 97


def test_other_sets_of_system_calls_are_refused() -> None:
    program = filter_program("x86_64", PLAIN, namespaces=False)
    assert run(program, 0, architecture=0x40000003) == 1  # the 32-bit one
    assert run(program, 0x40000000, architecture=ARCHITECTURES["x86_64"]) == 38
    assert run(program, 0, architecture=ARCHITECTURES["x86_64"]) == 0
