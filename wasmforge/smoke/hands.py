"""What a run of trials gets from the floor above: runtimes, the tools they come from, and a way into images."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from wasmforge.model.base import Noun
from wasmforge.model.runtime import Absent, RuntimeFile
from wasmforge.model.toolchain import Kit
from wasmforge.process import Cancel, Done


class Boxed(Protocol):
    """Runs a command in a kit's image, without a network, in a copy of `folder` which is its directory.

    Words that name `folder` name the copy there. Its standard input is the file `stdin` of the folder; what it prints
    goes to `stdout` and `stderr`, which are brought back with `bring`, more names of the folder. `memory` and `file`
    (bytes) bound what it may use in all and any file it writes, `timeout` (seconds) how long it may run.
    """

    def __call__(
        self,
        kit: Kit,
        argv: Sequence[str],
        folder: Path,
        *,
        bring: Sequence[str],
        memory: int,
        file: int,
        timeout: float,
        cancel: Cancel,
    ) -> Done:
        """Run it to its end."""


class Hands(Noun, frozen=True, kw_only=True):
    """`files` are the runtimes by name, `kits` the toolchains they come from, or why one is not there.

    Pictures of pages in which a test failed are laid into `pictures`, if it says where.
    """

    cancel: Cancel
    files: Mapping[str, RuntimeFile]
    kits: Mapping[str, Kit | Absent] = {}
    boxed: Boxed | None = None
    pictures: Path | None = None

    def kit(self, file: RuntimeFile) -> Kit | Absent:
        """The toolchain of a runtime that has one."""
        name = file.toolchain or file.name
        fix = f"wasmforge toolchain show {name}"
        return self.kits.get(name) or Absent(why=f"{name} is not on this machine", fix=fix)

    def absent(self, file: RuntimeFile) -> Absent | None:
        """Why the toolchain that a runtime comes from is not there; None when it is, or when it needs none."""
        if file.toolchain is None:
            return None
        kit = self.kit(file)
        if isinstance(kit, Absent):
            return kit
        if file.tool in kit.tools:
            return None
        fix = f"wasmforge toolchain show {kit.toolchain}"
        return Absent(why=f"toolchain {kit.toolchain} has no tool {file.tool or 'that runs it'}", fix=fix)

    def identity(self, file: RuntimeFile) -> str:
        """The identity of a runtime's toolchain; empty when it is not there."""
        kit = self.kit(file)
        return "" if isinstance(kit, Absent) else kit.identity

    def tool(self, file: RuntimeFile) -> tuple[str, ...]:
        """The words that start a runtime that is there."""
        kit = self.kit(file)
        assert isinstance(kit, Kit)  # noqa: S101 - an absent runtime is never asked to run
        return kit.tools[file.tool]
