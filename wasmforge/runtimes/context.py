"""What drivers need from the caller: runtime files, toolchains, the sandbox, and a function that runs in an image."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from wasmforge.model.base import Struct
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.process import CancelToken, ProcessResult
from wasmforge.sandbox import UNCONFINED, Sandbox


class RunInImage(Protocol):
    """Runs a command in a toolchain's image, without network. Its directory is a copy of `folder`.

    Arguments that name `folder` name the copy there. Standard input is the file `stdin` in the folder; the output goes
    to `stdout` and `stderr`, which are copied back together with `bring`, more names in the folder. `memory` and `file`
    (bytes) limit its memory and every file that it writes, `timeout` (seconds) its time.
    """

    def __call__(
        self,
        toolchain: ResolvedToolchain,
        argv: Sequence[str],
        folder: Path,
        *,
        bring: Sequence[str],
        memory: int,
        file: int,
        timeout: float,
        cancel: CancelToken,
    ) -> ProcessResult:
        """Run it to its end."""


class RuntimeContext(Struct, frozen=True, kw_only=True):
    """What drivers run with.

    `files` are the runtimes by name, `toolchains` what they come from, or why it is not available. `sandbox` confines
    programs on this machine. Screenshots of pages in which a test failed are written to `screenshots`, if given.
    """

    cancel: CancelToken
    files: Mapping[str, RuntimeFile]
    toolchains: Mapping[str, ResolvedToolchain | UnavailableRuntime] = {}
    run_in_image: RunInImage | None = None
    screenshots: Path | None = None
    sandbox: Sandbox = UNCONFINED

    def toolchain(self, file: RuntimeFile) -> ResolvedToolchain | UnavailableRuntime:
        """The toolchain of a runtime that has one."""
        name = file.toolchain or file.name
        fix = f"wasmforge toolchain show {name}"
        return self.toolchains.get(name) or UnavailableRuntime(why=f"{name} is not on this machine", fix=fix)

    def unavailable(self, file: RuntimeFile) -> UnavailableRuntime | None:
        """Why the toolchain of a runtime is not available; None when it is, or when the runtime needs none."""
        if file.toolchain is None:
            return None
        toolchain = self.toolchain(file)
        if isinstance(toolchain, UnavailableRuntime):
            return toolchain
        if file.tool in toolchain.tools:
            return None
        fix = f"wasmforge toolchain show {toolchain.toolchain}"
        return UnavailableRuntime(
            why=f"toolchain {toolchain.toolchain} has no tool {file.tool or 'that runs it'}", fix=fix
        )

    def identity(self, file: RuntimeFile) -> str:
        """The identity of a runtime's toolchain; empty when it is not available."""
        toolchain = self.toolchain(file)
        return "" if isinstance(toolchain, UnavailableRuntime) else toolchain.identity

    def tool(self, file: RuntimeFile) -> tuple[str, ...]:
        """The command that starts a runtime that is available."""
        toolchain = self.toolchain(file)
        assert isinstance(toolchain, ResolvedToolchain)  # noqa: S101 - an absent runtime is never asked to run
        return toolchain.tools[file.tool]
