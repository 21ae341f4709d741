"""Reads C and C++ as far as `init` needs: is there a main, and which functions may be exported. A heuristic."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wasmforge.load.discover.text import hidden_strings, without_comments, without_preprocessor

_MAIN = re.compile(r"(?<![\w:.>])main\s*\([^{};]{0,400}\)[^;{}()]{0,400}\{")
_NEVER = frozenset({"main", "_start", "_initialize"})

_MARKS = r'EMSCRIPTEN_KEEPALIVE|export_name\s*\(|visibility\s*\(\s*"default"|\bdllexport\b'
_ALIAS = re.compile(rf"^[ \t]*#[ \t]*define[ \t]+(\w+)(?:\([^)\n]*\))?[ \t]+[^\n]*(?:{_MARKS})", re.MULTILINE)
_EXPORT_NAME = re.compile(r'export_name\s*\(\s*"([^"]*)"')
_ATTRIBUTE = re.compile(r"__attribute__\s*\(\(.*?\)\)|__declspec\s*\([^)]*\)|\[\[.*?\]\]", re.DOTALL)
_NAME = re.compile(r"(?<![\w:~])([A-Za-z_]\w*)\s*\(")
_OTHER = re.compile(r"=|^\s*(?:typedef|template|using)\b")
_HIDDEN = re.compile(r"\b(?:static|inline|constexpr|consteval)\b")
_LINKAGE = re.compile(r'\bextern\s*"C"')


class Function(NamedTuple):
    """A function at file scope. `said_c`: by `extern "C"`; `marked`: said to be exported, perhaps `under` a name.

    `pointers`: it takes or gives addresses.
    """

    name: str
    defined: bool
    said_c: bool
    marked: bool
    under: str
    pointers: bool


def has_main(text: str) -> bool:
    """Whether a main function is defined here."""
    return "main" in text and _MAIN.search(hidden_strings(without_preprocessor(without_comments(text)))) is not None


def exports_of(sources: Iterable[tuple[str, str]], headers: Iterable[str]) -> tuple[str, ...]:
    """Functions that a host may want to call, by the names that the linker will know.

    `sources` are (suffix, text). Those that are marked win (EMSCRIPTEN_KEEPALIVE, export_name, visibility); else
    those with C linkage in C++; else, in plain C, those that a header announces. Where one of them takes or gives
    addresses, `malloc` and `free` come along: without them a host has no memory to pass.
    """
    units = [(suffix, without_comments(text)) for suffix, text in sources]
    announcing = [without_comments(text) for text in headers]
    aliases = tuple(a for text in (*announcing, *(t for _, t in units)) for a in _ALIAS.findall(text))
    announced = {f.name: f for text in announcing for f in functions(text, aliases)}
    plain = all(suffix == ".c" for suffix, _ in units)
    marked: dict[str, Function] = {}
    linked: dict[str, Function] = {}
    for suffix, text in units:
        for function in functions(text, aliases):
            before = announced.get(function.name, function)
            said_c = function.said_c or before.said_c
            if not function.defined or function.name in _NEVER or not (said_c or suffix == ".c"):
                continue
            if function.marked or before.marked:
                marked[function.name] = function._replace(under=function.under or before.under)
            elif function.name in announced if plain else said_c:
                linked[function.name] = function
    chosen = [f for f in (marked or linked).values() if f.under in {"", f.name}]
    lent = ("malloc", "free") if any(f.pointers for f in chosen) else ()
    return tuple(dict.fromkeys((*(f.name for f in chosen), *lent)))


def functions(text: str, aliases: tuple[str, ...] = ()) -> Iterator[Function]:
    """Functions with external linkage at file scope, in namespaces and in `extern "C"` blocks; no comments in `text`.

    `aliases` are macros that mark a function as exported.
    """
    marks = re.compile("|".join((_MARKS, *(rf"\b{a}\b" for a in aliases))))
    macros = re.compile(rf"\b(?:{'|'.join(('EMSCRIPTEN_KEEPALIVE', *aliases))})\b(?:\s*\([^()]*\))?")
    code = without_preprocessor(text)
    stack: list[str] = []
    within = {"body": 0, "C": 0, "namespace": 0}
    start = 0
    for found in re.finditer(r"[;{}]", hidden_strings(code)):
        head, start = code[start : found.start()], found.end()
        if found[0] == "}":
            if stack:
                within[stack.pop()] -= 1
            continue
        said_c = _LINKAGE.search(head) is not None
        name = _name(macros.sub(" ", head)) if not within["body"] else ""
        if name:
            under = _EXPORT_NAME.search(head)
            yield Function(
                name=name,
                defined=found[0] == "{",
                said_c=said_c or within["C"] > 0,
                marked=marks.search(head) is not None,
                under=under[1] if under else "",
                pointers="*" in head,
            )
        if found[0] == "{":
            open_block = "(" not in head and (said_c or re.search(r"\bnamespace\b", head))
            stack.append("body" if not open_block else "C" if said_c else "namespace")
            within[stack[-1]] += 1


def _name(head: str) -> str:
    """The name of the function that a declaration begins, or nothing when it begins something else."""
    bare = _ATTRIBUTE.sub(" ", head)
    before = bare.partition("(")[0]
    found = _NAME.search(bare)
    if found is None or found.end() != len(before) + 1 or _OTHER.search(before) or _HIDDEN.search(before):
        return ""
    return found[1] if before[: found.start(1)].strip() else ""
