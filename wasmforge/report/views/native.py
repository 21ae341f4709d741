"""Native code as a page: what made it, and where it runs."""

from wasmforge.model.native import Native
from wasmforge.report.paper import Paper
from wasmforge.report.quantities import size
from wasmforge.report.views.layout import facts, listed, title

MAKERS = {
    "wasmtime": ("Wasmtime", "Wasmtime {version}, of any minor version, with the engine settings it was made with"),
    "wamr": ("WAMR's wamrc", "WAMR of AOT format {version}: wamrc and iwasm must be of one version"),
    "wasmedge": ("WasmEdge", "WasmEdge with AOT format {version}"),
}
"""By format: what compiles to it, and what loads it."""


def show_native(native: Native, path: str, bytes_: int, gzip: int, paper: Paper) -> None:
    """Print what the header of native code says; sizes in bytes."""
    maker, loaded = MAKERS[native.format]
    rows = [
        ("size", f"{size(bytes_)}, gzip {size(gzip)}"),
        ("made by", maker),
        ("for", native.target),
        ("loaded by", loaded.format(version=native.version)),
        ("needs", listed(native.needs)),
    ]
    paper.print([title(path, f"native code of a {native.kind}"), *facts(rows, paper.width)])
