"""Adds to findings what the component's sources say: names that they could export, imports that they mean to have."""

import re

import msgspec

from wasmforge.app.workspace import Workspace
from wasmforge.contracts.read import read_file
from wasmforge.errors import ForgeError
from wasmforge.model.finding import Finding

MAX_NAMES = 5
"""How many names a hint lists."""

SAY_SO = re.compile(r"host-imports = \[[^\]]*\]")

MEANT = re.compile(r"import_module\s*\(|wasm_import_module|@external\s*\(")
"""How C, Rust and AssemblyScript write that a function is the host's; Zig writes `extern "MODULE"`."""

MAX_SOURCE_BYTES = 1 << 20
"""The largest source file that is searched."""


def with_source_hint(workspace: Workspace, finding: Finding) -> Finding:
    """The finding, with what the sources of its component say about it."""
    if finding.rule == "entry":
        return _with_export_hint(workspace, finding)
    return _with_import_hint(workspace, finding) if finding.rule == "imports" else finding


def _with_import_hint(workspace: Workspace, finding: Finding) -> Finding:
    """Where the sources declare an import as the host's, no source file is missing: only forge.toml has to say so."""
    say_so = SAY_SO.search(finding.hint)
    if say_so is None or not any(MEANT.search(text) for text in _texts(workspace, finding.component).values()):
        return finding
    hint = f"the sources declare it as the host's; if the host provides it, say so: {say_so[0]}"
    return msgspec.structs.replace(finding, hint=hint)


def _with_export_hint(workspace: Workspace, finding: Finding) -> Finding:
    """The finding, with names that its component could export where exports are missing."""
    from wasmforge.discovery.export_candidates import candidates

    exports = candidates(_texts(workspace, finding.component))
    if not exports.names:
        return finding
    more = len(exports.names) - MAX_NAMES
    listed = ", ".join(f'"{n}"' for n in exports.names[:MAX_NAMES])
    hint = f"name what it exports: exports = [{listed}{f', and {more} more' if more > 0 else ''}]"
    if exports.mangled:
        hint += ', each declared extern "C"'
    if finding.item == "main":
        hint = f"define main; if it is a library, {hint}"
    return msgspec.structs.replace(finding, hint=hint)


def _texts(workspace: Workspace, component: str) -> dict[str, str]:
    """The component's sources, as far as a build has read them."""
    texts: dict[str, str] = {}
    for snapshot in workspace.snapshots:
        if snapshot.component == component:
            for path, source in snapshot.files.items():
                if source.size <= MAX_SOURCE_BYTES:
                    try:
                        texts[path] = read_file(workspace.root / source.path).decode("utf-8", "replace")
                    except ForgeError:
                        continue
    return texts
