"""Reads C's conditional lines: which code is there for WebAssembly, and which macros are defined. A heuristic, pure.

Macros are known by name and text, as far as files say them; no `#include` is followed, nothing is replaced in the code.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

Macros = Mapping[str, str]
"""What is defined: the text of each macro by its name."""

PREDEFINED: Macros = {
    **dict.fromkeys(("__wasm__", "__wasm32__", "__wasi__", "__clang__", "__STDC__", "__STDC_HOSTED__"), "1"),
    "__CHAR_BIT__": "8",
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
_LEXEME = re.compile(r"\s*(0[xX][0-9a-fA-F]+|\d+|\w+|&&|\|\||[=!<>]=|<<|>>|'[^']*'|\S)")
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

    def note(self, directive: str, rest: str) -> None:
        """Follow a directive of active code."""
        if directive == "define" and (parts := _DEFINE.match(rest)):
            self.macros[parts[1]] = "1" if parts[2] else parts[3].strip()
        elif directive == "undef":
            self.macros.pop(rest.strip(), None)
        elif directive == "include":
            self.includes.append(rest.strip())

    def value(self, expression: str) -> int:
        """The value of a condition; 0 for what cannot be read."""
        try:
            return _Expression(_LEXEME.findall(expression.replace("\\\n", " ")), self.macros).value()
        except (ValueError, IndexError, ZeroDivisionError, RecursionError):
            return 0


class _Branches:
    """The conditions that are open at a line."""

    def __init__(self) -> None:
        self._open: list[tuple[bool, bool]] = []
        """Of each condition: whether this branch is taken, and whether one was."""
        self._not_taken = 0

    @property
    def active(self) -> bool:
        """Whether the code here is compiled."""
        return not self._not_taken

    def enter(self, holds: Callable[[], bool]) -> None:
        """Open a condition."""
        self._push(taken := self.active and holds(), taken)

    def switch(self, holds: Callable[[], bool]) -> None:
        """Go on with the next branch of the innermost condition; outside of all, this is nothing."""
        if self._open:
            before = self._pop()
            taken = self.active and not before and holds()
            self._push(taken, before or taken)

    def leave(self) -> None:
        """Close the innermost condition, if there is one."""
        if self._open:
            self._pop()

    def _push(self, taken: bool, before: bool) -> None:
        self._open.append((taken, before))
        self._not_taken += not taken

    def _pop(self) -> bool:
        taken, before = self._open.pop()
        self._not_taken -= not taken
        return before


def _walk(text: str, known: _Defined) -> Iterator[str]:
    """Pieces of active code; definitions are noted in `known` as they come."""
    branches = _Branches()
    at = 0
    lines = list(_LINE.finditer(text))
    for index, line in enumerate(lines):
        if branches.active:
            yield text[at : line.start()]
        at = line.end()
        word = _WORD.match(line[1])
        if word is None:
            continue
        name, rest = word[1], word[2]
        if name in {"if", "ifdef", "ifndef"}:
            branches.enter(partial(_holds, name, rest, known, lines, index))
        elif name in {"elif", "elifdef", "elifndef"}:
            branches.switch(partial(_holds, name[2:], rest, known, lines, index))
        elif name == "else":
            branches.switch(lambda: True)
        elif name == "endif":
            branches.leave()
        elif branches.active:
            known.note(name, rest)
    if branches.active:
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

    def __init__(self, lexemes: list[str], macros: Macros) -> None:
        self._lexemes, self._macros, self._at = lexemes, macros, 0

    def value(self) -> int:
        """The value of the whole."""
        result = self._choice()
        if self._at != len(self._lexemes):
            raise ValueError("text after the expression")
        return result

    def _peek(self) -> str:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else ""

    def _next(self) -> str:
        self._at += 1
        return self._lexemes[self._at - 1]

    def _expect(self, lexeme: str) -> None:
        if self._next() != lexeme:
            raise ValueError(lexeme)

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
        lexeme = self._next()
        if lexeme == "!":
            return int(not self._unary())
        if lexeme in {"-", "+", "~"}:
            value = self._unary()
            return -value if lexeme == "-" else ~value if lexeme == "~" else value
        if lexeme == "(":
            result = self._choice()
            self._expect(")")
            return result
        if lexeme == "defined":
            bracket = self._peek() == "("
            name = (self._next(), self._next())[1] if bracket else self._next()
            if bracket:
                self._expect(")")
            return int(name in self._macros)
        return self._named(lexeme)

    def _named(self, lexeme: str, depth: int = 0) -> int:
        if number := re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+)[uUlL]*", lexeme):
            return int(number[1], 16) if number[1][:2] in {"0x", "0X"} else int(number[1])
        if self._peek() == "(":  # a call, such as __has_include(<x.h>): nothing is known of it
            level = 0
            while level or self._peek() == "(":
                level += {"(": 1, ")": -1}.get(self._next(), 0)
            return 0
        text = self._macros.get(lexeme)
        if text is None or depth > 9:
            return 0
        if re.fullmatch(r"\w+", text):
            return self._named(text, depth + 1)
        # A macro that leads back to itself ends as RecursionError, which counts as 0.
        return _Expression(_LEXEME.findall(text), self._macros).value() if text else 0


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
