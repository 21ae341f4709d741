"""Reads Zig, Rust, AssemblyScript and WAT as far as `init` needs: exports, and whether there is a main. A heuristic."""

import re
from collections.abc import Callable

from wasmforge.discovery.file_types import folder, join
from wasmforge.discovery.strip_comments import hidden_strings, without_comments, without_wat_comments

_ZIG_MAIN = re.compile(r"\b(?:pub|export)\s+fn\s+main\s*\(")
_ZIG_EXPORT = re.compile(r'\bexport\s+fn\s+(?:@"([^"]+)"|(\w+))\s*\(|@export\s*\([^;]{0,200}?\.name\s*=\s*"([^"]+)"')
_RUST_EXPORT = re.compile(
    r'export_name\s*=\s*"([^"]+)"'
    r"|#\[(?:unsafe\s*\(\s*)?(?:no_mangle|wasm_bindgen)\b[^\]]{0,200}\]"
    r'(?:\s*#\[[^\]]{0,200}\]){0,9}\s*pub\s+(?:unsafe\s+)?(?:async\s+)?(?:extern\s*"[^"]*"\s*)?fn\s+(\w+)'
)
_TS_FUNCTION = re.compile(r"(?<!\w)export\s+function\s+(\w+)\s*\(")
_TS_LOCAL = re.compile(r"(?<!\w)function\s+(\w+)\s*\(")
_TS_LIST = re.compile(r"""(?<!\w)export\s*\{([^{}]*)\}(?:\s*from\s*["']([^"']+)["'])?""")
_TS_ALL = re.compile(r"""(?<!\w)export\s*\*\s*from\s*["']([^"']+)["']""")
_WAT_EXPORT = re.compile(
    r'\(\s*func\b(?:\s*\$[^\s()]+)?((?:\s*\(\s*export\s*"[^"]*"\s*\))+)|\(\s*export\s*("[^"]*")\s*\(\s*func\b'
)

Read = Callable[[str], str]


def zig_main(text: str) -> bool:
    """Whether a main function stands here."""
    return _ZIG_MAIN.search(hidden_strings(without_comments(text))) is not None


def zig_exports(text: str) -> tuple[str, ...]:
    """Names of `export fn` and `@export`."""
    names = ("".join(found) for found in _ZIG_EXPORT.findall(without_comments(text)))
    return tuple(dict.fromkeys(n for n in names if n not in {"main", "_start"}))


def rust_exports(text: str) -> tuple[str, ...]:
    """Names of `#[no_mangle]`, `#[export_name]` and `#[wasm_bindgen]` functions."""
    return tuple(dict.fromkeys("".join(found) for found in _RUST_EXPORT.findall(without_comments(text))))


def wat_exports(text: str) -> tuple[str, ...]:
    """Names of exported functions."""
    found = _WAT_EXPORT.findall(without_wat_comments(text))
    names = [n for inline, excluded in found for n in re.findall(r'"([^"]*)"', inline or excluded)]
    return tuple(dict.fromkeys(names))


def assemblyscript_exports(entry: str, read: Read, seen: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Names of functions that a module exports, also from other modules; `entry` is the path of its text.

    Classes, types and generic functions are no exports of the WebAssembly module.
    """
    text = without_comments(read(entry))
    names = dict.fromkeys(_TS_FUNCTION.findall(text))
    for listed, source in _TS_LIST.findall(text):
        local = read(_module(entry, source)) if source else text
        functions = set(_TS_LOCAL.findall(without_comments(local)))
        for item in listed.split(","):
            name, _, renamed = item.strip().partition(" as ")
            if name.strip() in functions and renamed.strip() != "default":
                names[renamed.strip() or name.strip()] = None
    for source in _TS_ALL.findall(text):
        path = _module(entry, source)
        if path not in seen:
            names.update(dict.fromkeys(assemblyscript_exports(path, read, (*seen, entry, path))))
    return tuple(names)


def _module(entry: str, source: str) -> str:
    """The path of the module that `entry` calls `./source`."""
    parts = folder(entry).split("/") if folder(entry) else []
    for part in source.split("/"):
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return join("/".join(parts[:-1]), f"{parts[-1].removesuffix('.ts')}.ts") if parts else ""
