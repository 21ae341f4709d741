"""Native code that a runtime's compiler made of a module ahead of time, as its header tells."""

from typing import Literal

from wasmforge.model.base import Noun

NativeFormat = Literal["wasmtime", "wamr", "wasmedge"]


class Native(Noun, frozen=True, kw_only=True):
    """What made a file of native code, and for what.

    `version` is Wasmtime's own major version, or the version of WAMR's and WasmEdge's format: a runtime loads exactly
    its own. `target` is the triple or the architecture it was compiled for. `needs` are what a runtime must have been
    built with, where the header says it (WAMR's).
    """

    format: NativeFormat
    version: str
    target: str
    kind: Literal["module", "component"] = "module"
    needs: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """Format and version, as in a target's `aot`: `wamr 6`."""
        return f"{self.format} {self.version}"

    def __str__(self) -> str:
        return f"{self.called} for {self.target}"
