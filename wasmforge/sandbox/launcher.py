"""Runs a command under Landlock and seccomp, and kills all that it leaves behind: `launcher.py FD PROGRAM ARG…`.

FD is a descriptor with the policy, as `marshal` writes it. The command is a child of this process, which is itself not
confined and adopts the orphans of the command. When the command has ended, or this process gets a signal to end, it
kills all that are left. It imports only modules of the standard library that load quickly, since it is started for
every command.
"""

from __future__ import annotations

import ctypes
import marshal
import os
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from typing import Any
else:
    import _signal as signal  # without the names of numbers, which take as long as all else

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of system calls; they are the same on every architecture."""

BENEATH, PORT = 1, 2
"""Kinds of rules: what is below a path, and a TCP port."""

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
MAKE_SOCK, MAKE_FIFO, MAKE_SYM, REFER, TRUNCATE = 1 << 9, 1 << 10, 1 << 12, 1 << 13, 1 << 14
FILES = (1 << 15) - 1
"""All file rights of version 4. No rule below grants the one to make devices."""

IOCTL_DEVICES = 1 << 15
"""A file right of version 5."""

ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
READ = EXECUTE | READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SOCK | MAKE_FIFO | MAKE_SYM
WRITE |= REFER | TRUNCATE

BIND, CONNECT = 1 << 0, 1 << 1
ABSTRACT_SOCKETS, SIGNALS = 1 << 0, 1 << 1

SET_PDEATHSIG, SET_SECCOMP, CAPBSET_DROP, SET_SUBREAPER, SET_NO_NEW_PRIVS = 1, 22, 24, 36, 38
FILTER_MODE = 2

CAPABILITY_VERSION = 0x20080522

SANDBOX_FAILED_EXIT_CODE = 125
"""The exit code when the sandbox cannot be set up; nothing was started then."""

MACHINE = ("cpuinfo", "meminfo", "stat", "loadavg", "version", "filesystems", "sys")
"""What tools ask /proc about the machine; nothing of it is about another process. Bubblewrap shows it, too."""

LIBC = ctypes.CDLL(None, use_errno=True)


def main(words: list[str]) -> int:
    """Run the command confined, and kill what it leaves. Returns its exit code, or dies by its signal."""
    with os.fdopen(int(words[0]), "rb") as file:
        policy = marshal.load(file)  # noqa: S302 - written by our parent, which is the same Python
    _control(SET_SUBREAPER, 1)
    _control(SET_PDEATHSIG, signal.SIGTERM)
    parent = os.getpid()
    end_signals = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, {*end_signals, signal.SIGCHLD})
    child = os.fork()
    if child == 0:
        _become(words[1:], policy, parent)
    status = None
    while status is None:
        if signal.sigwait({*end_signals, signal.SIGCHLD}) != signal.SIGCHLD:
            break
        status = _reaped(child)
    _end_all()
    if status is None:
        return 128 + signal.SIGTERM
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        signal.signal(number, signal.SIG_DFL) if number not in (signal.SIGKILL, signal.SIGSTOP) else None
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
        os.kill(os.getpid(), number)
        return 128 + number
    return os.waitstatus_to_exitcode(status)


def _reaped(child: int) -> int | None:
    """Reap all children that have ended. Returns the wait status of the command itself; None if it still runs."""
    command_status = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return command_status
        if pid == 0:
            return command_status
        command_status = status if pid == child else command_status


def _end_all() -> None:
    """Kill our children until there are none: the children of a killed process become ours."""
    try:
        while os.waitpid(-1, os.WNOHANG) is not None:
            for pid in _children():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def _children() -> list[int]:
    """The ids of our children, from /proc."""
    own_pid, children = os.getpid(), []
    for name in os.listdir("/proc"):  # noqa: PTH208 - pathlib would cost more than all this
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - as above
                    process_status = file.read()
            except OSError:
                continue
            if int(process_status.rpartition(b")")[2].split()[1]) == own_pid:
                children.append(int(name))
    return children


def _become(argv: list[str], policy: dict[str, Any], parent: int) -> None:
    """Confine this process and replace it by the command. Does not return."""
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        for ignored in (signal.SIGXFSZ, signal.SIGPIPE, signal.SIGINT):  # Python's settings are not the program's
            signal.signal(ignored, signal.SIG_DFL)
        _control(SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(SANDBOX_FAILED_EXIT_CODE)
        _drop_capabilities()
        _control(SET_NO_NEW_PRIVS, 1)
        _restrict(policy)
        _filter(bytes.fromhex(policy["filter"]))
    except OSError as e:
        _give_up(f"error: no sandbox: {e.strerror or e}", SANDBOX_FAILED_EXIT_CODE)
    try:
        os.execvpe(argv[0], argv, policy["env"])  # noqa: S606 - becomes a program that a plan named, through no shell
    except OSError as e:
        _give_up(f"error: cannot start {argv[0]}: {e.strerror}", 127)


def _give_up(message: str, code: int) -> None:
    os.write(2, f"{message}\n".encode())
    os._exit(code)


def _drop_capabilities() -> None:
    """Drop all capabilities, also as root."""
    last = 0
    while LIBC.prctl(CAPBSET_DROP, last, 0, 0, 0) == 0:
        last += 1
    header = ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION, 0))
    none = ctypes.create_string_buffer(24)
    if LIBC.capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _restrict(policy: dict[str, Any]) -> None:
    """Set the Landlock rules: files by path, TCP by port, signals and abstract sockets by their domain."""
    version = LIBC.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    files = FILES | (IOCTL_DEVICES if version >= 5 else 0)
    ports = (0 if policy["bind"] else BIND) | (0 if policy["connect"] is None else CONNECT)
    scoped = (ABSTRACT_SOCKETS | SIGNALS) if version >= 6 else 0
    attributes = struct.pack("=QQQ", files, ports, scoped)[: 24 if version >= 6 else 16]
    rules = _call(CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(len(attributes)), 0)
    for path in policy["readable"]:
        _permit(rules, path, READ)
    for path in policy["listed"]:
        _permit(rules, path, READ_DIR)
    for path in policy["devices"]:
        _permit(rules, path, READ_FILE | WRITE_FILE)
    for path in policy["writable"]:
        _permit(rules, path, WRITE)
    for path in ("/proc",) if policy["processes"] else (_own(), *(f"/proc/{name}" for name in MACHINE)):
        _permit(rules, path, READ_FILE | READ_DIR)
    for port in policy["connect"] or ():
        _call(ADD_RULE, rules, PORT, ctypes.c_char_p(struct.pack("=QQ", CONNECT, port)), 0)
    _call(RESTRICT_SELF, rules, 0)
    os.close(rules)


def _own() -> str:
    """The /proc folder of the command itself. A descriptor of it stays open, so that the kernel keeps its inode."""
    place = f"/proc/{os.getpid()}"
    os.set_inheritable(os.open(place, os.O_PATH), True)
    return place


def _permit(rules: int, path: str, access: int) -> None:
    """Permit access to a file, or to everything below a folder. A path that does not exist is ignored."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        folder = os.fstat(place).st_mode & 0o170000 == 0o040000
        rule = struct.pack("=Qi", access if folder else access & ON_FILES, place)
        _call(ADD_RULE, rules, BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(place)


def _filter(program: bytes) -> None:
    """Install the filter of system calls."""
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    if LIBC.prctl(SET_SECCOMP, FILTER_MODE, ctypes.c_char_p(head), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _call(number: int, *arguments: Any) -> int:
    """A system call. Raises OSError."""
    result = int(LIBC.syscall(number, *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _control(option: int, value: int) -> None:
    if LIBC.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
