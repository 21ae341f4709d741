"""Reads what CMake's file API answered: targets, units, definitions, include folders. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from wasmforge.discovery.file_types import CXX, HEADERS, C, join, normal, suffix
from wasmforge.model.discovery import BuildTarget

KINDS = {
    **dict.fromkeys(("STATIC_LIBRARY", "SHARED_LIBRARY", "MODULE_LIBRARY", "OBJECT_LIBRARY"), "library"),
    "EXECUTABLE": "program",
}

KEPT_FLAGS = re.compile(r"-f(?:no-)?(?:strict-aliasing|wrapv|signed-char|unsigned-char|delete-null-pointer-checks)$")
"""Words for the compiler that change what code means; others are a matter of the recipe."""

Place = Callable[[str], str | None]
"""Where a file that CMake names is in the tree that was searched; None for one that is elsewhere."""


def read_reply(reply: Mapping[str, Any], place: Place, source: str) -> tuple[str, tuple[BuildTarget, ...]]:
    """The project's name and its targets. `reply` holds the parsed files of the answer by name.

    `source` is the folder that CMake was given; relative paths of units are seen from it.
    """
    index: Mapping[str, Any] = next((v for n, v in reply.items() if n.startswith("index-")), {})
    model = reply.get(_model_file(index), {})
    configurations = model.get("configurations") or [{}]
    configuration = configurations[0]
    ids = {t["id"]: t["name"] for t in configuration.get("targets", ())}
    public = frozenset(_installed_headers(reply, configuration, source, place))
    targets: dict[str, BuildTarget] = {}
    parts: dict[str, BuildTarget] = {}
    for entry in configuration.get("targets", ()):
        answer = reply.get(entry.get("jsonFile", ""), {})
        kind = KINDS.get(answer.get("type", ""))
        if kind and not answer.get("isGeneratorProvided"):
            holder = parts if answer["type"] == "OBJECT_LIBRARY" else targets
            holder[answer["name"]] = _target(answer, kind, ids, place, source, public)
    projects = configuration.get("projects") or [{}]
    whole = (_with_parts(t, parts) for t in targets.values())
    return str(projects[0].get("name", "")), tuple(t for t in whole if t.sources)


def _with_parts(target: BuildTarget, parts: Mapping[str, BuildTarget]) -> BuildTarget:
    """A target with the units of the object libraries that it is put together from."""
    used: dict[str, BuildTarget] = {}
    queue = list(target.needs)
    while queue:
        name = queue.pop(0)
        if name in parts and name not in used:
            used[name] = parts[name]
            queue += parts[name].needs
    whole = (target, *used.values())
    return msgspec.structs.replace(
        target,
        sources=tuple(dict.fromkeys(p for t in whole for p in t.sources)),
        defines=tuple(dict.fromkeys(d for t in whole for d in t.defines)),
        includes=tuple(dict.fromkeys(i for t in whole for i in t.includes)),
        flags=tuple(dict.fromkeys(f for t in whole for f in t.flags)),
        needs=tuple(dict.fromkeys(n for t in whole for n in t.needs if n not in parts)),
        std=next((t.std for t in whole if t.std), ""),
    )


def _model_file(index: Mapping[str, Any]) -> str:
    objects = index.get("objects", ())
    return next((o["jsonFile"] for o in objects if o.get("kind") == "codemodel"), "")


def _target(
    answer: Mapping[str, Any],
    kind: str,
    ids: Mapping[str, str],
    place: Place,
    source: str,
    public: frozenset[str],
) -> BuildTarget:
    def located(path: str) -> str | None:
        return place(path if path.startswith("/") else normal_path(source, path))

    groups = answer.get("compileGroups", ())
    files = [f for s in answer.get("sources", ()) if (f := located(s["path"])) is not None]
    units = {i for g in groups for i in g.get("sourceIndexes", ())}
    named = answer.get("sources", ())
    sources = [f for i in sorted(units) if (f := located(named[i]["path"])) is not None and suffix(f) in C | CXX]
    flags = [w for g in groups for w in _words(g) if KEPT_FLAGS.match(w)]
    headers = [f for f in files if suffix(f) in HEADERS]
    return BuildTarget(
        name=answer["name"],
        kind="program" if kind == "program" else "library",
        sources=tuple(dict.fromkeys(sources)),
        headers=tuple(h for h in headers if h in public) or tuple(sorted(public)),
        defines=tuple(dict.fromkeys(d["define"] for g in groups for d in g.get("defines", ()))),
        includes=tuple(
            dict.fromkeys(p for g in groups for i in g.get("includes", ()) if (p := located(i["path"])) is not None)
        ),
        flags=tuple(dict.fromkeys(flags)),
        needs=tuple(dict.fromkeys(ids[d["id"]] for d in answer.get("dependencies", ()) if d["id"] in ids)),
        installed="install" in answer,
        std=_standard(groups),
    )


def normal_path(base: str, path: str) -> str:
    """An absolute path."""
    return "/" + normal(join(base, path))


def _words(group: Mapping[str, Any]) -> Iterator[str]:
    for fragment in group.get("compileCommandFragments", ()):
        yield from fragment.get("fragment", "").split()


def _standard(groups: Any) -> str:
    """The language standard that the units are compiled for: that of C++, where some are in it."""
    found = {g.get("language", ""): w[5:] for g in groups for w in _words(g) if w.startswith("-std=")}
    return found.get("CXX", "") or ("" if any(g.get("language") == "CXX" for g in groups) else found.get("C", ""))


def _installed_headers(
    reply: Mapping[str, Any], configuration: Mapping[str, Any], source: str, place: Place
) -> Iterator[str]:
    """The headers that the project installs as files; folders are installed whole, and name none."""
    for entry in configuration.get("directories", ()):
        answer = reply.get(entry.get("jsonFile", ""), {})
        here = answer.get("paths", {}).get("source", ".")
        base = here if here.startswith("/") else normal_path(source, here)
        for installer in answer.get("installers", ()):
            if installer.get("type") == "file":
                for path in installer.get("paths", ()):
                    name = path if isinstance(path, str) else path.get("from", "")
                    found = place(name if name.startswith("/") else normal_path(base, name))
                    if found is not None and suffix(found) in HEADERS:
                        yield found
