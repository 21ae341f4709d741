"""Reads what a Makefile.am makes from its text: libraries, programs and their sources. A heuristic, pure."""

import re
from collections.abc import Callable

from wasmforge.discovery.file_types import CXX, HEADERS, C, folder, join, normal, suffix
from wasmforge.model.discovery import BuildTarget

_SET = re.compile(r"^([A-Za-z_]\w*)[ \t]*(\+?)=[ \t]*((?:[^\n\\]|\\\r?\n|\\)*)", re.MULTILINE)
_INCLUDE = re.compile(r"^include[ \t]+(\S+)", re.MULTILINE)
_VARIABLE = re.compile(r"\$[({]([\w@]+)[)}]")
_SUBSTITUTION = re.compile(r"\$[({](\w+):(\S*?)=(\S*?)[)}]")
_LISTS = re.compile(r"(?P<where>\w+?)_(?P<kind>LTLIBRARIES|LIBRARIES|PROGRAMS)")
_COMMENT = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
_PACKAGE = re.compile(r"\bAC_INIT\s*\(\s*\[?\s*([\w.+-]+)")

Read = Callable[[str], str]


def package(configure: str) -> str:
    """The name that a configure.ac gives to its project; empty when it gives none."""
    found = _PACKAGE.search(configure)
    return found[1] if found else ""


def read_automake(root: str, paths: frozenset[str], read: Read) -> tuple[BuildTarget, ...]:
    """The targets of all Makefile.am below the folder `root`."""
    files = sorted(p for p in paths if p.rpartition("/")[2] == "Makefile.am" and (not root or p.startswith(root + "/")))
    found: list[BuildTarget] = []
    for path in files:
        found += _targets(root, path, paths, read)
    return tuple(found)


def _targets(root: str, path: str, paths: frozenset[str], read: Read) -> list[BuildTarget]:
    at = folder(path)
    top = {"top_srcdir": root or ".", "srcdir": at or ".", "builddir": at or ".", "top_builddir": root or "."}
    variables = _variables(path, root, read, 0)

    def words(name: str) -> list[str]:
        text, last = variables.get(name, ""), ""
        for _ in range(9):
            text, last = (
                _VARIABLE.sub(lambda m: f"/{top[m[1]]}" if m[1] in top else variables.get(m[1], ""), text),
                text,
            )
            text = _SUBSTITUTION.sub(lambda m: variables.get(m[1], "").replace(m[2], m[3]), text)
            if text == last:
                break
        return text.replace("\\\n", " ").split()

    def located(word: str) -> str:
        return normal(word[1:] if word.startswith("/") else join(at, word))

    targets = []
    for name in list(variables):
        list_name = _LISTS.fullmatch(name)
        if list_name is None or list_name["where"].startswith(("check", "EXTRA", "nobase")):
            continue
        for word in words(name):
            key = re.sub(r"\W", "_", word)
            stem = word.rpartition("/")[2].removesuffix(".la").removesuffix(".a")
            sources = [located(w) for n in (f"{key}_SOURCES", f"nodist_{key}_SOURCES") for w in words(n)]
            if f"{key}_SOURCES" not in variables:
                sources = [located(f"{stem}.c")]
            flags = [w for n in ("AM_CPPFLAGS", f"{key}_CPPFLAGS", f"{key}_CFLAGS", "INCLUDES") for w in words(n)]
            linked = [w for n in (f"{key}_LIBADD", f"{key}_LDADD", "LDADD") for w in words(n)]
            targets.append(
                BuildTarget(
                    name=stem,
                    kind="program" if list_name["kind"] == "PROGRAMS" else "library",
                    sources=tuple(dict.fromkeys(p for p in sources if suffix(p) in C | CXX and p in paths)),
                    headers=tuple(p for p in sources if suffix(p) in HEADERS and p in paths),
                    defines=tuple(dict.fromkeys(w[2:] for w in flags if w.startswith("-D") and w != "-DHAVE_CONFIG_H")),
                    includes=tuple(dict.fromkeys(located(w[2:]) or "." for w in flags if w.startswith("-I"))),
                    needs=tuple(w.rpartition("/")[2].removesuffix(".la").removesuffix(".a") for w in linked),
                    installed=list_name["where"] in {"lib", "pkglib"},
                )
            )
    return [t for t in targets if t.sources]


def _variables(path: str, root: str, read: Read, depth: int) -> dict[str, str]:
    """All variables of a file and of those that it includes; those that are set twice have both texts."""
    text = _COMMENT.sub("", read(path))
    found: dict[str, str] = {}
    for name in _INCLUDE.findall(text) if depth < 9 else ():
        plain = name.replace("$(top_srcdir)", f"/{root}").replace("$(srcdir)/", "")
        inner = normal(plain[1:] if plain.startswith("/") else join(folder(path), plain))
        found |= _variables(inner, root, read, depth + 1)
    for name, _, value in _SET.findall(text):
        found[name] = f"{found[name]} {value}" if name in found else value
    return found
