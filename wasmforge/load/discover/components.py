"""Makes components of the sources under one root, one builder a language family."""

from collections.abc import Callable

from wasmforge.load.discover import build_words, c, others
from wasmforge.load.discover.rust import from_rust
from wasmforge.load.discover.sorts import CXX, ZIG, folder, join, suffix
from wasmforge.load.discover.sources import Sources
from wasmforge.load.discover.text import uses_simd, without_comments, without_wat_comments
from wasmforge.model.discovery import FoundComponent


def from_c(at: Sources) -> list[FoundComponent]:
    """One component; where several files have a main, one for each of them with all that have none."""
    mains = tuple(p for p in at.files if c.has_main(at.text(p)))
    if len(mains) < 2:
        return [_c_component(at, at.files, mains, part=False)]
    shared = tuple(p for p in at.files if p not in mains)
    return [_c_component(at, (main, *shared), (main,), part=True) for main in mains]


def _c_component(at: Sources, files: tuple[str, ...], mains: tuple[str, ...], *, part: bool) -> FoundComponent:
    language = "c++" if any(suffix(p) in CXX for p in files) else "c"
    units = [(suffix(p), at.text(p)) for p in files]
    headers = at.local(at.headers)
    cmake = join(at.root, "CMakeLists.txt")
    return FoundComponent(
        name=_stem(mains[0]) if part else "",
        path=at.root or ".",
        language=language,
        kind="command" if mains else "reactor",
        exports=() if mains else c.exports_of(units, [at.text(h) for h in at.headers]),
        sources=at.local((*files, *at.headers)),
        part=part,
        includes=build_words.includes((*at.local(files), *headers), headers, lambda p: at.text(join(at.root, p))),
        features=("simd",) if any(build_words.needs_simd(text) for _, text in units) else (),
        recipe="emscripten" if any(build_words.needs_emscripten(text) for _, text in units) else "",
        std=build_words.standard(at.text(cmake), language) if cmake in at.roots.paths else "",
    )


def from_zig(at: Sources) -> list[FoundComponent]:
    """One component with one root file: the one with a main, unless another exports functions."""
    files = tuple(p for p in at.files if suffix(p) in ZIG)
    order = ("root.zig", "main.zig", "lib.zig")
    ranked = sorted(files, key=lambda p: (p.count("/"), *_rank(p.rpartition("/")[2], order), p))
    exporting = [p for p in ranked if others.zig_exports(at.text(p))]
    mains = [p for p in ranked if others.zig_main(at.text(p))]
    entry = (exporting or mains or ranked)[0]
    return [
        FoundComponent(
            name="",
            path=at.root or ".",
            language="zig",
            kind="command" if entry in mains else "reactor",
            exports=() if entry in mains else others.zig_exports(at.text(entry)),
            sources=at.local((*at.files, *at.headers)),
            entry=at.local((entry,)),
        )
    ]


def from_assemblyscript(at: Sources) -> list[FoundComponent]:
    """One component: the entry that its build names, or the usual one, or the first file that exports a function."""
    usual = ("assembly/index.ts", "src/index.ts", "index.ts")
    told = tuple(e for e in at.roots.entries(at.root) if e in at.files)
    known = tuple(join(at.root, u) for u in usual if join(at.root, u) in at.files)[:1]
    exporting = tuple(p for p in at.files if others.assemblyscript_exports(p, at.text))[:1]
    entry = told or known or exporting or at.files[:1]
    under = {folder(e) for e in entry}
    files = tuple(p for p in at.files if any(p.startswith(join(f, "")) for f in under))
    exports = [n for e in entry for n in others.assemblyscript_exports(e, at.text)]
    return [
        FoundComponent(
            name="",
            path=at.root or ".",
            language="assemblyscript",
            kind="reactor",
            exports=tuple(dict.fromkeys(exports)),
            sources=at.local(files),
            entry=at.local(entry),
            features=("simd",) if any(uses_simd(without_comments(at.text(f))) for f in files) else (),
        )
    ]


def from_wat(at: Sources) -> list[FoundComponent]:
    """One component a file: modules of text are not linked with each other."""
    found = []
    for path in at.files:
        exports = others.wat_exports(at.text(path))
        command = "_start" in exports
        found.append(
            FoundComponent(
                name=_stem(path),
                path=at.root or ".",
                language="wat",
                kind="command" if command else "reactor",
                exports=() if command else tuple(n for n in exports if n != "_initialize"),
                sources=at.local((path,)),
                part=len(at.files) > 1,
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
