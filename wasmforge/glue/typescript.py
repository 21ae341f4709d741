"""Translates WebAssembly types to TypeScript."""

from wasmforge.glue.js_identifiers import property_key
from wasmforge.model.module import ExternKind, ExternType, FuncType, GlobalType

VALUES = {
    "i32": "number",
    "f32": "number",
    "f64": "number",
    "i64": "bigint",
    "funcref": "Function | null",
    "(ref func)": "Function",
    "nullref": "null",
    "nullfuncref": "null",
    "nullexternref": "null",
}
"""Every other reference is `unknown`: JavaScript may hold it, but not look into it."""

OBJECTS: dict[ExternKind, str] = {
    "table": "WebAssembly.Table",
    "memory": "WebAssembly.Memory",
    "global": "WebAssembly.Global",
    "tag": "object",
}


def value(wasm: str) -> str:
    """The type of a value of the WebAssembly type `wasm`."""
    return VALUES.get(wasm, "unknown")


def results(signature: FuncType) -> str:
    """The type of a call's result: `void`, a value, or a tuple."""
    values = [value(v) for v in signature.results]
    if not values:
        return "void"
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def parameters(signature: FuncType) -> str:
    """The parameter list; WebAssembly has no names for them."""
    return ", ".join(f"p{i}: {value(v)}" for i, v in enumerate(signature.params))


def exported(kind: ExternKind, item: ExternType) -> str:
    """The type of an export."""
    if kind != "tag" and isinstance(item, FuncType):
        return f"({parameters(item)}) => {results(item)}"
    return OBJECTS[kind]


def imported(kind: ExternKind, item: ExternType) -> str:
    """The type of a value for an import: a constant global may be a plain value."""
    if isinstance(item, GlobalType) and not item.mutable:
        return f"WebAssembly.Global | {value(item.value)}"
    return exported(kind, item)


def member(name: str, kind: ExternKind, item: ExternType) -> str:
    """One line of an interface of exports."""
    if kind != "tag" and isinstance(item, FuncType):
        return f"{property_key(name)}({parameters(item)}): {results(item)};"
    return f"readonly {property_key(name)}: {OBJECTS[kind]};"
