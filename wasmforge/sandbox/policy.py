"""The policy of a command as data: what it may read, write and reach; and which sandbox enforces it."""

from typing import Literal

from wasmforge.model.base import Struct

Kind = Literal["bubblewrap", "landlock", "none"]
"""What confines commands: namespaces made by bubblewrap, the kernel's Landlock and seccomp, or nothing."""

Mode = Literal["auto", "required", "off"]
"""Use a sandbox if one works (`auto`), fail without one (`required`), or use none (`off`)."""


class Policy(Struct, frozen=True, kw_only=True):
    """What one command may access, beside what every program of the system needs. All paths are absolute.

    `directory` is its working directory. It may write below `writable` and read below `readable`; paths that do not
    exist are ignored. `network`: it may use the whole network. `listens`: it is a server on the loopback device that
    only we can reach. `connects`: the one port of our loopback device that it may connect to. `browser`: it makes its
    own sandboxes and Unix sockets. `sockets`: folders with our Unix sockets that it may connect to.
    """

    directory: str
    writable: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    network: bool = False
    listens: bool = False
    connects: int | None = None
    browser: bool = False
    sockets: tuple[str, ...] = ()


class Sandbox(Struct, frozen=True, kw_only=True):
    """The sandbox of this machine; kind `none`: commands are not confined, for `reasons`.

    `words` are the part of its command line that is the same for all commands. `version` is that of bubblewrap
    or of the Landlock ABI. `reasons` say why each kind that was tried does not work.
    """

    kind: Kind = "none"
    words: tuple[str, ...] = ()
    version: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether commands are confined to their policies."""
        return self.kind != "none"

    @property
    def reason(self) -> str:
        """One line: which sandbox confines commands, or why none does."""
        return f"{self.kind} {self.version}".strip() if self.holds else "; ".join(self.reasons)


class ConfinedCommand(Struct, frozen=True, kw_only=True):
    """The command line and environment to start; for `fd_contents` and `exit_file` see `process.run`."""

    argv: tuple[str, ...]
    env: dict[str, str]
    fd_contents: dict[str, bytes] = {}  # noqa: RUF012 - msgspec copies it
    exit_file: str | None = None


UNCONFINED = Sandbox(reasons=("it is switched off",))
"""No command is confined."""
