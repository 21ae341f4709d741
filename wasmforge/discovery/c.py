"""Reads C and C++ as far as `init` needs: whether there is a main, and which functions may be exported. A heuristic."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wasmforge.discovery.preprocessor import Macros, active_code, defined_in, known_to, macro_texts
from wasmforge.discovery.strip_comments import hidden_strings, without_preprocessor

_MAIN = re.compile(r"(?<![\w:.>])main\s*\([^{};]{0,400}\)[^;{}()]{0,400}\{")
_NEVER = frozenset({"main", "_start", "_initialize"})

_MARKS = r'EMSCRIPTEN_KEEPALIVE|export_name\s*\(|visibility\s*\(\s*"default"|\bdllexport\b'
_MARK = re.compile(_MARKS)
_EXPORT_NAME = re.compile(r'export_name\s*\(\s*"([^"]*)"')
_ATTRIBUTE = re.compile(r"__attribute__\s*\(\(.*?\)\)|__declspec\s*\([^)]*\)|\[\[.*?\]\]", re.DOTALL)
_NAME = re.compile(r"(?<![\w:~])([A-Za-z_]\w*)\s*\(")
_OTHER = re.compile(r"=|^\s*(?:typedef|template|using)\b")
_HIDDEN = re.compile(r"\b(?:static|inline|constexpr|consteval)\b")
_LINKAGE = re.compile(r'\bextern\s*"C"')

_WRAPPED_TYPE = re.compile(r"^(\s*(?:extern\s+)?)[A-Z_][A-Z0-9_]*\s*\(([^()]*)\)(?=[\s*]*[A-Za-z_]\w*[\w\s*]*\()")
"""`EXTERN(int) f(void)`: a macro around the type."""
_WRAPPED_PARAMETERS = re.compile(r"\b([a-z_]\w*)\s+[A-Z_][A-Z0-9_]*\s*\(\s*\(")
"""`int f OF((int))`: a macro around the parameters."""
_WRAPPED_ALL = re.compile(r"^\s*[A-Z_][A-Z0-9_]*\s*\([^()]*,\s*([A-Za-z_]\w*)\s*,\s*\(")
"""`EXPORT(1, int, f, (void))`: a macro around everything."""
_BRACKETED_NAME = re.compile(r"(?<=[\s*])(?:\b[A-Z_][A-Z0-9_]*\s*)?\(\s*([A-Za-z_]\w*)\s*\)\s*\(")
"""`int (f)(void)`, `int API(f)(void)`: a name that no macro of the same name replaces, or with one around it."""
_OLD_STYLE = re.compile(r"\(([\w\s,]+)\)\s+(?:[A-Za-z_]\w*[\s*]+)+\w+[^()]*$")
"""`int f(a) int a; { … }`: parameters are declared behind the brackets."""


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


def has_main(text: str, macros: Macros | None = None) -> bool:
    """Whether a main function is defined here, where conditions hold with these macros; no comments in `text`."""
    if "main" not in text:
        return False
    code = hidden_strings(active_code(text, macros or {}, cxx=True))
    return _MAIN.search(code) is not None


def exports_of(
    sources: Iterable[tuple[str, str]],
    headers: Iterable[str],
    *,
    announcing: Iterable[str] | None = None,
    macros: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Functions that a host may want to call, by the names that the linker will know. There are no comments in texts.

    `sources` are (suffix, text). Those that are marked win (EMSCRIPTEN_KEEPALIVE, export_name, visibility); else
    those with C linkage in C++; else, in plain C, those that a header announces: one of `announcing`, where it is
    known which headers are for users. Where one of them takes or gives addresses, `malloc` and `free` come along:
    without them a host has no memory to pass.
    """
    units, texts = list(sources), list(headers)
    aliases = marking_macros([*texts, *(text for _, text in units)])
    given = macros or {}
    known = defined_in(texts, given)

    def there(text: str, *, cxx: bool) -> Iterator[Function]:
        return functions(active_code(text, known_to(text, known, given), cxx=cxx), aliases)

    public = {f.name for text in announcing or () for f in there(text, cxx=False)}
    announced: dict[str, Function] = {}
    for text in texts:
        for f in there(text, cxx=True):
            before = announced.get(f.name, f)
            announced[f.name] = f._replace(
                said_c=f.said_c or before.said_c, marked=f.marked or before.marked, under=f.under or before.under
            )
    plain = all(suffix == ".c" for suffix, _ in units)
    marked: dict[str, Function] = {}
    linked: dict[str, Function] = {}
    for suffix, text in units:
        for function in there(text, cxx=suffix != ".c"):
            before = announced.get(function.name, function)
            said_c = function.said_c or before.said_c
            if not function.defined or function.name in _NEVER or not (said_c or suffix == ".c"):
                continue
            if function.marked or before.marked:
                marked[function.name] = function._replace(under=function.under or before.under)
            elif function.name in announced if plain else said_c:
                linked[function.name] = function
    for_users = {n: f for n, f in linked.items() if n in public} or linked
    chosen = [f for f in (marked or for_users).values() if f.under in {"", f.name}]
    lent = ("malloc", "free") if any(f.pointers for f in chosen) else ()
    return tuple(dict.fromkeys((*(f.name for f in chosen), *lent)))


def marking_macros(texts: Iterable[str]) -> tuple[str, ...]:
    """Macros that mark a function as exported, themselves or by another such macro, through any depth."""
    bodies: dict[str, list[str]] = {}
    for text in texts:
        if "define" in text:
            for name, body in macro_texts(text):
                bodies.setdefault(name, []).append(body)
    found = {name for name, all_bodies in bodies.items() if any(map(_MARK.search, all_bodies))}
    users: dict[str, list[str]] = {}
    for name, all_bodies in bodies.items():
        for word in {w for body in all_bodies for w in re.findall(r"[A-Za-z_]\w*", body[:400])}:
            users.setdefault(word, []).append(name)
    new = list(found)
    while new:
        for user in users.get(new.pop(), ()):
            if user not in found:
                found.add(user)
                new.append(user)
    return tuple(sorted(found))


def functions(code: str, aliases: tuple[str, ...] = ()) -> Iterator[Function]:
    """Functions with external linkage at file scope, in namespaces and in `extern "C"` blocks, of active code.

    `aliases` are macros that mark a function as exported.
    """
    names = frozenset(aliases)
    code = without_preprocessor(code)
    stack: list[str] = []
    within = {"body": 0, "C": 0, "namespace": 0}
    start, old_style = 0, ""
    for found in re.finditer(r"[;{}]", hidden_strings(code)):
        head, start = code[start : found.start()], found.end()
        if found[0] == "}":
            if stack:
                within[stack.pop()] -= 1
            continue
        if within["body"]:
            if found[0] == "{":
                stack.append("body")
                within["body"] += 1
            continue
        if found[0] == "{" and old_style and not head.strip():
            head = old_style
        elif "(" in head or found[0] == "{":
            parameters = _OLD_STYLE.search(_ATTRIBUTE.sub(" ", head)) if found[0] == ";" else None
            old_style = head[: parameters.end(1) + 1] if parameters else ""
        said_c = _LINKAGE.search(head) is not None
        marked = _MARK.search(head) is not None or not names.isdisjoint(re.findall(r"\w+", head.partition("(")[0]))
        name = _name(_without_marks(head, names))
        if name:
            under = _EXPORT_NAME.search(head)
            yield Function(
                name=name,
                defined=found[0] == "{",
                said_c=said_c or within["C"] > 0,
                marked=marked,
                under=under[1] if under else "",
                pointers="*" in head,
            )
        if found[0] == "{":
            open_block = "(" not in head and (said_c or re.search(r"\bnamespace\b", head))
            stack.append("body" if not open_block else "C" if said_c else "namespace")
            within[stack[-1]] += 1


def _without_marks(head: str, names: frozenset[str]) -> str:
    """A declaration without marking macros; what one has in brackets is a type, or nothing that matters."""

    def plain(word: re.Match[str]) -> str:
        if word[1] != "EMSCRIPTEN_KEEPALIVE" and word[1] not in names:
            return word[0]
        return f" {word[2] or ''} "

    return re.sub(r"\b(\w+)\b(?:\s*\(([^()]*)\)(?=[\s*]*\w))?", plain, head)


def _name(head: str) -> str:
    """The name of the function that a declaration begins, or nothing when it begins something else."""
    bare = _ATTRIBUTE.sub(" ", head)
    if (whole := _WRAPPED_ALL.match(bare)) is not None:
        return whole[1]
    bare = _BRACKETED_NAME.sub(r"\1(", _WRAPPED_PARAMETERS.sub(r"\1((", _WRAPPED_TYPE.sub(r"\1 \2 ", bare)))
    before = bare.partition("(")[0]
    match = _NAME.search(bare)
    if match is None or match.end() != len(before) + 1 or _OTHER.search(before) or _HIDDEN.search(before):
        return ""
    return match[1] if before[: match.start(1)].strip() else ""
