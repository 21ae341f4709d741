"""Which WebAssembly export names JavaScript can bind as they are; knows names, not modules."""

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
"""Words that a module cannot declare."""

GLOBALS = frozenset(
    {"Error", "Response", "URL", "WebAssembly", "fetch", "process", "readFile", "realpathSync", "fileURLToPath"}
)
"""Names that the glue itself uses; a declaration of the same name would hide them."""

UNBINDABLE = KEYWORDS | GLOBALS

OWN = "instantiate"
"""What the glue exports besides the module's own exports."""


def bindable(name: str) -> bool:
    """Whether `const name` may stand in the glue; names with `$` are the glue's own."""
    return bool(IDENTIFIER.fullmatch(name)) and not name.startswith("$") and name not in UNBINDABLE


def key(name: str) -> str:
    """`name` as a property or an export: bare where the language permits it, else as a string."""
    return name if IDENTIFIER.fullmatch(name) else text(name)


def text(value: str) -> str:
    """A string literal, ASCII only, so that it may stand in a line comment too."""
    return json.dumps(value)
