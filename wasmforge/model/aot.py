"""Facts in the header of native code that a runtime's compiler made ahead of time."""

from typing import Literal

from wasmforge.model.base import Struct

AotFormat = Literal["wasmtime", "wamr", "wasmedge"]


class AotCode(Struct, frozen=True, kw_only=True):
    """The maker and the target of a file of native code.

    `version` is Wasmtime's own major version, or the version of WAMR's and WasmEdge's format: a runtime loads exactly
    its own. `target` is the triple or the architecture it was compiled for. `needs` are features that the
    runtime must have been built with, if the header lists them (WAMR).
    """

    format: AotFormat
    version: str
    target: str
    kind: Literal["module", "component"] = "module"
    needs: tuple[str, ...] = ()

    @property
    def format_id(self) -> str:
        """Format and version, as in a target's `aot`: `wamr 6`."""
        return f"{self.format} {self.version}"

    def __str__(self) -> str:
        return f"{self.format_id} for {self.target}"
