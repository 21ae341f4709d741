"""The table of drivers: the code that runs jobs in runtimes, by the names that runtime files use.

An entry is what must be known of a driver before its code is imported. CONTRIBUTING says how to add one.
"""

from wasmforge.model.base import Struct


class DriverEntry(Struct, frozen=True, kw_only=True):
    """One driver. `factory` is its `module:class`, imported when a runtime that uses it is used.

    `loads`: it can load a delivery without calling anything, for load checks. `interactive`: it can run a program at
    the caller's terminal, for `wasmforge run`. `wasi_only`: it gives a module nothing but WASI preview 1, and no shared
    memory. `page`: it runs JavaScript in a web page, so it has what a page has.
    """

    factory: str
    loads: bool = False
    interactive: bool = False
    wasi_only: bool = False
    page: bool = False


DRIVERS = {
    "chromium": DriverEntry(factory="wasmforge.runtimes.chromium.driver:Chromium", loads=True, page=True),
    "command-line": DriverEntry(factory="wasmforge.runtimes.command_line:CommandLine", interactive=True),
    "lambda-edge": DriverEntry(factory="wasmforge.runtimes.lambda_edge:LambdaEdge", loads=True),
    "node": DriverEntry(factory="wasmforge.runtimes.node:Node", loads=True, interactive=True),
    "viceroy": DriverEntry(factory="wasmforge.runtimes.viceroy:Viceroy", loads=True),
    "wasmtime": DriverEntry(
        factory="wasmforge.runtimes.wasmtime.driver:Wasmtime", loads=True, interactive=True, wasi_only=True
    ),
    "wasmtime-aot": DriverEntry(factory="wasmforge.runtimes.wasmtime.driver:WasmtimeAot"),
    "workerd": DriverEntry(factory="wasmforge.runtimes.workerd:Workerd", loads=True),
}
