"""Reads C's conditional lines: which code is there for WebAssembly, and which macros are defined. A heuristic, pure.

Macros are known by name and text, as far as files say them; no `#include` is followed, nothing is replaced in the code.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

Macros = Mapping[str, str]
"""What is defined: the text of each macro by its name."""

PREDEFINED: Macros = {
    **dict.fromkeys(("__wasm__", "__wasm32__", "__wasi__", "__clang__", "__STDC__", "__STDC_HOSTED__"), "1"),
    **dict.fromkeys(("__CHAR_BIT__",), "8"),
    "__clang_major__": "18",
    "__GNUC__": "4",
    "__GNUC_MINOR__": "2",
    "__STDC_VERSION__": "201710L",
    "__ORDER_LITTLE_ENDIAN__": "1234",
    "__BYTE_ORDER__": "1234",
    "__SIZEOF_POINTER__": "4",
}
"""What clang defines for WASI, as far as sources ask for it often."""

MAX_VALUE = 2**64
"""Beyond it no number of a condition is believed."""

_LINE = re.compile(r"^[ \t]*#(?!\[)((?:[^\n\\]|\\\r?\n|\\)*)", re.MULTILINE)
_WORD = re.compile(r"\s*(\w+)\s*(.*)", re.DOTALL)
_DEFINE = re.compile(r"(\w+)(\([^)\n]*\))?\s*(.*)", re.DOTALL)
_TOKEN = re.compile(r"\s*(0[xX][0-9a-fA-F]+|\d+|\w+|&&|\|\||[=!<>]=|<<|>>|'[^']*'|\S)")
_BINARY: tuple[tuple[str, ...], ...] = (
    ("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", "<=", ">", ">="), ("<<", ">>"), ("+", "-"),
    ("*", "/", "%"),
)  # fmt: skip

_RESULTS: Mapping[str, Callable[[int, int], int]] = {
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.floordiv,
    "%": operator.mod,
}


def active_code(text: str, macros: Macros, *, cxx: bool = False) -> str:
    """The code of a file without its `#` lines and without what its conditions leave out; no comments in `text`.

    One branch of each condition is taken, so braces are balanced where each branch has its own.
    """
    return "".join(_walk(text, _Defined(macros, cxx=cxx)))


def defined_in(texts: Iterable[str], macros: Macros, *, cxx: bool = False) -> dict[str, str]:
    """`macros` and those that files define where their conditions hold, in the order of the files."""
    known = _Defined(macros, cxx=cxx)
    for text in texts:
        for _ in _walk(text, known):
            pass
    return known.macros


def active_includes(text: str, macros: Macros, *, cxx: bool = False) -> tuple[str, ...]:
    """What a file includes where its conditions hold, with the signs around it: `"a.h"`, `<b.h>`."""
    known = _Defined(macros, cxx=cxx)
    for _ in _walk(text, known):
        pass
    return tuple(known.includes)


def asked_for(text: str) -> frozenset[str]:
    """The names that a file's conditions ask for."""
    lines = (line for line in _LINE.findall(text) if line.lstrip().startswith(("if", "elif")))
    return frozenset(name for line in lines for name in re.findall(r"[A-Za-z_]\w*", line))


def known_to(text: str, known: Macros, given: Macros) -> Macros:
    """The macros that a file finds: `known` without those that the file defines itself, if they are not `given`."""
    own = {name for name, _ in macro_texts(text)} - given.keys()
    return {n: v for n, v in known.items() if n not in own} if own else known


def macro_texts(text: str) -> Iterator[tuple[str, str]]:
    """All macros that a file defines anywhere, by name and text."""
    for line in _LINE.findall(text):
        word = _WORD.match(line)
        if word and word[1] == "define" and (parts := _DEFINE.match(word[2])):
            yield parts[1], parts[3].replace("\\\n", " ").strip()


class _Defined:
    """Macros while files are read from top to bottom."""

    def __init__(self, macros: Macros, *, cxx: bool) -> None:
        self.includes: list[str] = []
        self.macros = {**PREDEFINED, **({"__cplusplus": "202002L"} if cxx else {}), **macros}

    def value(self, expression: str) -> int:
        """The value of a condition; 0 for what cannot be read."""
        try:
            return _Expression(_TOKEN.findall(expression.replace("\\\n", " ")), self.macros).value()
        except (ValueError, IndexError, ZeroDivisionError, RecursionError):
            return 0


def _walk(text: str, known: _Defined) -> Iterator[str]:
    """Pieces of active code; definitions are noted in `known` as they come."""
    open_branches: list[tuple[bool, bool]] = []
    """For each condition: whether this branch is taken, and whether one was."""
    at, skipped = 0, 0
    lines = list(_LINE.finditer(text))
    for index, line in enumerate(lines):
        if not skipped:
            yield text[at : line.start()]
        at = line.end()
        word = _WORD.match(line[1])
        if word is None:
            continue
        name, rest = word[1], word[2]
        if name in {"if", "ifdef", "ifndef"}:
            holds = not skipped and _holds(name, rest, known, lines, index)
            open_branches.append((holds, holds))
            skipped += not holds
        elif name in {"elif", "else", "elifdef", "elifndef"} and open_branches:
            taken, before = open_branches.pop()
            outer = skipped - (not taken)
            holds = not outer and not before and (name == "else" or _holds(name[2:], rest, known, lines, index))
            open_branches.append((holds, before or holds))
            skipped = outer + (not holds)
        elif name == "endif" and open_branches:
            skipped -= not open_branches.pop()[0]
        elif not skipped and name == "define" and (parts := _DEFINE.match(rest)):
            known.macros[parts[1]] = "1" if parts[2] else parts[3].strip()
        elif not skipped and name == "undef":
            known.macros.pop(rest.strip(), None)
        elif not skipped and name == "include":
            known.includes.append(rest.strip())
    if not skipped:
        yield text[at:]


def _holds(kind: str, rest: str, known: _Defined, lines: list[re.Match[str]], index: int) -> bool:
    name = rest.split(maxsplit=1)[0] if rest.split() else ""
    if kind == "ifdef":
        return name in known.macros
    if kind == "ifndef":
        return name not in known.macros or _is_guard(name, lines, index)
    if (guard := re.match(r"\s*!\s*defined\s*\(?\s*(\w+)\s*\)?\s*$", rest)) and _is_guard(guard[1], lines, index):
        return True
    return known.value(rest) != 0


def _is_guard(name: str, lines: list[re.Match[str]], index: int) -> bool:
    """Whether the next line defines the name as nothing or 1: a guard against being included twice."""
    return index + 1 < len(lines) and lines[index + 1][1].split() in (["define", name], ["define", name, "1"])


class _Expression:
    """The value of a preprocessor expression: recursive descent, one level of `_BINARY` a step."""

    def __init__(self, tokens: list[str], macros: Macros) -> None:
        self._tokens, self._macros, self._at = tokens, macros, 0

    def value(self) -> int:
        """The value of the whole."""
        result = self._choice()
        if self._at != len(self._tokens):
            raise ValueError("text after the expression")
        return result

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise ValueError(token)

    def _choice(self) -> int:
        result = self._binary(0)
        if self._peek() != "?":
            return result
        self._next()
        first = self._choice()
        self._expect(":")
        second = self._choice()
        return first if result else second

    def _binary(self, level: int) -> int:
        if level == len(_BINARY):
            return self._unary()
        left = self._binary(level + 1)
        while self._peek() in _BINARY[level]:
            sign, right = self._next(), self._binary(level + 1)
            left = _apply(sign, left, right)
        return left

    def _unary(self) -> int:
        token = self._next()
        if token == "!":
            return int(not self._unary())
        if token in {"-", "+", "~"}:
            value = self._unary()
            return -value if token == "-" else ~value if token == "~" else value
        if token == "(":
            result = self._choice()
            self._expect(")")
            return result
        if token == "defined":
            bracket = self._peek() == "("
            name = (self._next(), self._next())[1] if bracket else self._next()
            if bracket:
                self._expect(")")
            return int(name in self._macros)
        return self._named(token)

    def _named(self, token: str, depth: int = 0) -> int:
        if number := re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+)[uUlL]*", token):
            return int(number[1], 16) if number[1][:2] in {"0x", "0X"} else int(number[1])
        if self._peek() == "(":  # a call, such as __has_include(<x.h>): nothing is known of it
            level = 0
            while level or self._peek() == "(":
                level += {"(": 1, ")": -1}.get(self._next(), 0)
            return 0
        text = self._macros.get(token)
        if text is None or depth > 9:
            return 0
        if re.fullmatch(r"\w+", text):
            return self._named(text, depth + 1)
        # A macro that leads back to itself ends as RecursionError, which counts as 0.
        return _Expression(_TOKEN.findall(text), self._macros).value() if text else 0


def _apply(sign: str, left: int, right: int) -> int:
    if sign == "||":
        return int(bool(left or right))
    if sign == "&&":
        return int(bool(left and right))
    if sign in {"<<", ">>"} and not 0 <= right < 64:
        raise ValueError(sign)
    result = int(_RESULTS[sign](left, right))
    if abs(result) > MAX_VALUE:
        raise ValueError("too large")
    return result
