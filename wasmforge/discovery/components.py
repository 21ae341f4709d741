"""Makes components of the sources under one root: one builder per language family."""

from collections.abc import Callable

from wasmforge.discovery import c, other_languages
from wasmforge.discovery.c_component import make_component
from wasmforge.discovery.cargo import from_rust
from wasmforge.discovery.file_types import ZIG, folder, join, suffix
from wasmforge.discovery.sources import Sources
from wasmforge.discovery.strip_comments import uses_simd, without_comments, without_wat_comments
from wasmforge.model.discovery import FoundComponent


def from_c(at: Sources) -> list[FoundComponent]:
    """One component; where several files have a main, one for each of them with all that have none.

    What those that have none mark as exported, or what is more than the programs, is a library: it comes first.
    """
    mains = tuple(p for p in at.files if c.has_main(at.code(p)))
    if len(mains) < 2:
        return [make_component(at, at.files, "command" if mains else "reactor", shares_folder=False)]
    shared = tuple(p for p in at.files if p not in mains)
    programs = [make_component(at, (main, *shared), "command", name=_stem(main), shares_folder=True) for main in mains]
    library = make_component(at, shared, "reactor", shares_folder=True) if len(shared) > len(mains) else None
    return [library, *programs] if library and library.exports else programs


def from_zig(at: Sources) -> list[FoundComponent]:
    """One component with one root file: the one with a main, unless another exports functions."""
    files = tuple(p for p in at.files if suffix(p) in ZIG)
    order = ("root.zig", "main.zig", "lib.zig")
    ranked = sorted(files, key=lambda p: (p.count("/"), *_rank(p.rpartition("/")[2], order), p))
    exporting = [p for p in ranked if other_languages.zig_exports(at.text(p))]
    mains = [p for p in ranked if other_languages.zig_main(at.text(p))]
    entry = (exporting or mains or ranked)[0]
    return [
        FoundComponent(
            name="",
            path=at.root or ".",
            language="zig",
            kind="command" if entry in mains else "reactor",
            exports=() if entry in mains else other_languages.zig_exports(at.text(entry)),
            sources=at.local((*at.files, *at.headers)),
            entry_files=at.local((entry,)),
        )
    ]


def from_assemblyscript(at: Sources) -> list[FoundComponent]:
    """One component: the entry that its build names, or the usual one, or the first file that exports a function."""
    usual = ("assembly/index.ts", "src/index.ts", "index.ts")
    entries = tuple(e for e in at.roots.entries(at.root) if e in at.files)
    known = tuple(join(at.root, u) for u in usual if join(at.root, u) in at.files)[:1]
    exporting = tuple(p for p in at.files if other_languages.assemblyscript_exports(p, at.text))[:1]
    entry = entries or known or exporting or at.files[:1]
    under = {folder(e) for e in entry}
    files = tuple(p for p in at.files if any(p.startswith(join(f, "")) for f in under))
    exports = [n for e in entry for n in other_languages.assemblyscript_exports(e, at.text)]
    return [
        FoundComponent(
            name="",
            path=at.root or ".",
            language="assemblyscript",
            kind="reactor",
            exports=tuple(dict.fromkeys(exports)),
            sources=at.local(files),
            entry_files=at.local(entry),
            features=("simd",) if any(uses_simd(without_comments(at.text(f))) for f in files) else (),
        )
    ]


def from_wat(at: Sources) -> list[FoundComponent]:
    """One component a file: modules of text are not linked with each other."""
    found = []
    for path in at.files:
        exports = other_languages.wat_exports(at.text(path))
        command = "_start" in exports
        found.append(
            FoundComponent(
                name=_stem(path) if len(at.files) > 1 else "",
                path=at.root or ".",
                language="wat",
                kind="command" if command else "reactor",
                exports=() if command else tuple(n for n in exports if n != "_initialize"),
                sources=at.local((path,)),
                shares_folder=len(at.files) > 1,
                features=("simd",) if uses_simd(without_wat_comments(at.text(path))) else (),
            )
        )
    return found


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _rank(name: str, order: tuple[str, ...]) -> tuple[int]:
    return (order.index(name) if name in order else len(order),)


BUILDERS: dict[str, Callable[[Sources], list[FoundComponent]]] = {
    "rust": from_rust,
    "assemblyscript": from_assemblyscript,
    "zig": from_zig,
    "c": from_c,
    "wat": from_wat,
}
