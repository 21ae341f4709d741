"""Generates the ES module that selects among variants of a component by the engine's features."""

import re
from collections.abc import Sequence

from wasmforge.model.feature_probes import PROBES

EXPORTED = re.compile(
    r"^export (?:declare )?(?:async )?(?:function|const|let|var|class|enum) +([A-Za-z_$][\w$]*)", re.MULTILINE
)
"""An exported value in a declaration file."""

DEFAULT = re.compile(r"^export (?:default\b|\{[^}]*\bas default\b)", re.MULTILINE)

SHARING = 'typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated !== false'
"""Engines with threads permit shared memory only in isolated pages (COOP and COEP); Node.js has no such flag."""

Variant = tuple[str, tuple[str, ...]]
"""A variant's name, which is also its folder, and the features that it requires."""


def variant_loader(variants: Sequence[Variant], entry: str, declarations: str) -> str:
    """The ES module; `entry` is the name of each variant's own, `declarations` the types of what all of them export.

    The first variant that the engine can run is taken, so the most demanding come first. Features without a probe (an
    encoding that comes with another feature) are not tested.
    """
    variants = [(name, tuple(f for f in needed if f in PROBES)) for name, needed in variants]
    features = tuple(dict.fromkeys(f for _, needed in variants for f in needed))
    names = [n for n in dict.fromkeys(EXPORTED.findall(declarations)) if n != "variant"]
    probes = "".join(f'  "{f}": () => {_feature_test(f)},\n' for f in features)
    rows = "".join(f'  ["{name}", {_list(needed)}, () => import("./{name}/{entry}")],\n' for name, needed in variants)
    lines = [
        "const valid = (...bytes) => WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, ...bytes]));",
        f"const can = {{\n{probes}}};",
        f"const variants = [\n{rows}];",
        "const found = variants.find(([, needed]) => needed.every((feature) => can[feature]()));",
        'if (!found) throw new Error(`no variant runs here: one of ${Object.keys(can).join(", ")} is missing`);',
        "const chosen = await found[2]();",
        "/** The name of the variant that was chosen. */",
        "export const variant = found[0];",
    ]
    if names:
        lines.append(f"export const {{ {', '.join(names)} }} = chosen;")
    if DEFAULT.search(declarations):
        lines.append("export default chosen.default;")
    return "\n".join(lines) + "\n"


def variant_types(variants: Sequence[Variant], entry: str, declarations: str) -> str:
    """The declarations: those of the least demanding variant, which comes last, and which variant was chosen.

    Other variants may export more (for the start of threads), but nothing that all have.
    """
    least = f"./{variants[-1][0]}/{entry}"
    lines = [f'export * from "{least}";']
    if DEFAULT.search(declarations):
        lines.append(f'export {{ default }} from "{least}";')
    names = " | ".join(f'"{name}"' for name, _ in variants)
    lines += ["/** The name of the variant that was chosen. */", f"export declare const variant: {names};"]
    return "\n".join(lines) + "\n"


def _feature_test(feature: str) -> str:
    """The test for one feature; for threads, also whether this page may share memory."""
    test = f"valid({', '.join(str(b) for b in bytes.fromhex(PROBES[feature].code))})"
    return f"{SHARING} && {test}" if feature == "threads" else test


def _list(words: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{w}"' for w in words) + "]"
