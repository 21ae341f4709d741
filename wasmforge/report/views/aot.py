"""Shows native code: its compiler and where it runs."""

from wasmforge.model.aot import AotCode
from wasmforge.report.format import size
from wasmforge.report.output import Output
from wasmforge.report.views.layout import comma_list, field_table, title

MAKERS = {
    "wasmtime": ("Wasmtime", "Wasmtime {version}, of any minor version, with the engine settings it was made with"),
    "wamr": ("WAMR's wamrc", "WAMR of AOT format {version}: wamrc and iwasm must be of one version"),
    "wasmedge": ("WasmEdge", "WasmEdge with AOT format {version}"),
}
"""By format: what compiles to it, and what loads it."""


def show_aot(code: AotCode, path: str, bytes_: int, gzip: int, out: Output) -> None:
    """Print what the header of native code says; sizes in bytes."""
    maker, loaded = MAKERS[code.format]
    rows = [
        ("size", f"{size(bytes_)}, gzip {size(gzip)}"),
        ("made by", maker),
        ("for", code.target),
        ("loaded by", loaded.format(version=code.version)),
        ("needs", comma_list(code.needs)),
    ]
    out.print([title(path, f"native code of a {code.kind}"), *field_table(rows, out.width)])
