"""JavaScript identifiers, property keys and string literals for WebAssembly names."""

import json
import re

IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*", re.ASCII)

KEYWORDS = frozenset({
    "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete",
    "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if", "implements",
    "import", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected", "public",
    "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void",
    "while", "with", "yield",
})  # fmt: skip
"""Names that an ES module cannot declare."""

GLOBALS = frozenset({
    "Array", "ArrayBuffer", "BigInt", "DataView", "Date", "Error", "JSON", "Map", "Math", "Number", "Object", "Promise",
    "Response", "TextDecoder", "TextEncoder", "URL", "Uint8Array", "WebAssembly", "console", "crypto", "fetch",
    "fileURLToPath", "performance", "process", "queueMicrotask", "readFile", "realpathSync",
})  # fmt: skip
"""Names that the glue itself uses; a declaration of the same name would hide them."""

UNBINDABLE = KEYWORDS | GLOBALS

RESERVED = "instantiate"
"""The glue's own export besides those of the module."""


def bindable(name: str) -> bool:
    """Whether the glue can declare `const name`; names with `$` are reserved for the glue."""
    return bool(IDENTIFIER.fullmatch(name)) and not name.startswith("$") and name not in UNBINDABLE


def property_key(name: str) -> str:
    """`name` as a property or an export: bare where the language permits it, else as a string."""
    return name if IDENTIFIER.fullmatch(name) else string_literal(name)


def string_literal(value: str) -> str:
    """A string literal, ASCII only, so that it also fits in a line comment."""
    return json.dumps(value)
