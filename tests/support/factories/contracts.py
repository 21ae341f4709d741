"""A contract that holds, a module that keeps it, and words as the reference validator prints them."""

from typing import Any

from tests.support import wasm_bytes as a
from wasmforge.contracts import check_rules
from wasmforge.model.finding import Finding, Verdict
from wasmforge.model.manifest import Limits, Waiver
from wasmforge.model.plan import Contract, Delivery
from wasmforge.wasm import read

GOOD: dict[str, Any] = {
    "types": (a.signature(), a.signature(a.I32)),
    "imports": (a.imported("wasi_snapshot_preview1", "proc_exit", a.FUNC, a.leb(1)),),
    "functions": (0,),
    "memories": (b"\x00\x02",),
    "exports": (a.exported("memory", a.MEMORY, 0), a.exported("_start", a.FUNC, 1)),
}

VALID = Verdict(valid=True, output="", validator="wasm-tools")

NO_SIMD = """\
error: func 1 failed to validate

Caused by:
    0: SIMD support is not enabled (at offset 0x24)
"""


def invalid(output: str) -> Verdict:
    return Verdict(valid=False, output=output, validator="wasm-tools")


def delivery(*waive: Waiver, **changes: Any) -> Delivery:
    """A command for WASI with narrow limits; `changes` replace fields of its contract."""
    contract: dict[str, Any] = {
        "target": "wasi",
        "kind": "command",
        "permitted": ("mutable-global",),
        "import_modules": ("wasi_snapshot_preview1",),
        "required_exports": ("memory", "_start"),
        "start": False,
        "limits": Limits(size="1 KiB", gzip=500, memory="128 KiB"),
    }
    return Delivery(
        label="app@wasi/release",
        component="app",
        target="wasi",
        profile="release",
        folder="dist/wasi/app",
        source_folder="app",
        files=(),
        contract=Contract(**contract | changes, waive=waive),
    )


def judge(
    data: bytes,
    given: Delivery | None = None,
    said: Verdict | tuple[Verdict, ...] = VALID,
    *,
    size: int | None = None,
    gzip: int = 100,
) -> tuple[Finding, ...]:
    """What is found of these bytes."""
    sizes = {"size": len(data) if size is None else size, "gzip": gzip}
    return check_rules(given or delivery(), read(data), said, sizes)
