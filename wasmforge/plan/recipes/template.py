"""The recipe language: a word that mentions a list is repeated for each item; an unset name is the empty list.

`expand("-I{dirs}", {"dirs": ("a", "b")})` is `("-Ia", "-Ib")`.
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

Scope = Mapping[str, tuple[str, ...]]
"""The words of every name; a name without a value has none."""

PARTS = ("stem", "name", "parent")
"""Parts of a path that a reference may end in: `{each.stem}`."""

JOINS = {"joined": "", "comma": ",", "spaced": " "}
"""`{features.joined}`, `{exports.comma}`, `{flags.spaced}`: all items of a list as one word, with this between them."""

OPTION_PREFIXES = ("-", "@")
"""Beginnings of file names that tools take for an option, or for a file with more arguments."""

CWD = "{cwd}"
"""The action's directory; it stands for itself until the command is run."""

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


IsFile = Callable[[str], bool]
"""Tells whether a name in scope stands for files."""


def _no_file(_: str) -> bool:
    return False


class TemplateError(ValueError):
    """A word that is not written in the recipe language."""


class UnknownNameError(TemplateError):
    """A reference to a name that is not in scope."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{{{name}}} names nothing")
        self.name = name


@lru_cache(maxsize=4096)
def references(word: str) -> tuple[str, ...]:
    """The names a word mentions, each once, in order. Raises TemplateError for a lone brace or an empty reference."""
    if "\0" in word:
        raise TemplateError(f"{word!r} contains a NUL, which no command can take")
    names: dict[str, None] = {}
    for token in _TOKEN.finditer(word):
        if token[0] in ("{", "}"):
            raise TemplateError(f"a lone {token[0]!r} in {word!r}; write {token[0] * 2!r} for a brace")
        if token[1] is not None:
            if not token[1].strip() or token[1] != token[1].strip():
                raise TemplateError(f"{token[0]!r} in {word!r} names nothing")
            names[token[1]] = None
    return tuple(names)


def mentioned(words: Sequence[str | Sequence[str]]) -> tuple[str, ...]:
    """The names that words and phrases mention, each once, in order."""
    return tuple(dict.fromkeys(n for w in words for p in ((w,) if isinstance(w, str) else w) for n in references(p)))


def resolve(name: str, scope: Scope) -> tuple[str, ...]:
    """What a reference stands for: a name in scope, or a part of the paths that name stands for."""
    if name in scope:
        return scope[name]
    base, _, part = name.rpartition(".")
    if part in PARTS and base in scope:
        return tuple(_part(v, part) for v in scope[base])
    if part in JOINS and base in scope:
        return (JOINS[part].join(scope[base]),)
    raise UnknownNameError(name)


def base_name(name: str, scope: Mapping[str, object]) -> str:
    """The name in scope behind a reference, which may ask for a part of it."""
    return name if name in scope else name.rpartition(".")[0]


def expand(template: str | Sequence[str], scope: Scope, is_file: IsFile = _no_file) -> tuple[str, ...]:
    """A word or phrase as the words it stands for; a phrase is repeated as a whole.

    A word that begins with a file's name (`is_file` tells which references are files) never looks like an option or a
    file of arguments: `-o.c` becomes `./-o.c`, `@x` `./@x`.
    """
    words = (template,) if isinstance(template, str) else tuple(template)
    if not any("{" in w or "}" in w for w in words):  # as in most words
        return words
    names = mentioned((words,))
    out: list[str] = []
    for values in itertools.product(*(resolve(n, scope) for n in names)):
        bound = dict(zip(names, values, strict=True))
        out.extend(_fill(w, bound, is_file) for w in words)
    return tuple(out)


def expand_all(templates: Sequence[str | Sequence[str]], scope: Scope, is_file: IsFile = _no_file) -> tuple[str, ...]:
    """The words of a whole command; see `expand`."""
    return tuple(word for t in templates for word in expand(t, scope, is_file))


def expand_one(template: str, scope: Scope) -> str:
    """A word that must stand for exactly one word. Raises TemplateError when it does not."""
    words = expand(template, scope)
    if len(words) != 1:
        raise TemplateError(f"{template!r} stands for {len(words)} words where one is needed")
    return words[0]


def _fill(word: str, bound: Mapping[str, str], is_file: IsFile = _no_file) -> str:
    def token(match: re.Match[str]) -> str:
        return match[0][0] if match[1] is None else bound[match[1]]

    filled = _TOKEN.sub(token, word)
    if filled[:1] in OPTION_PREFIXES and (first := _TOKEN.match(word)) and first[1] and _names_file(first[1], is_file):
        return f"./{filled}"
    return filled


def _names_file(name: str, is_file: IsFile) -> bool:
    return is_file(name) or is_file(name.rpartition(".")[0])


def _part(path: str, part: str) -> str:
    pure = PurePosixPath(path)
    stem = pure.stem if pure.stem.strip(".") else pure.name  # of `..c`, what is left of the last dot is a folder
    return {"stem": stem, "name": pure.name, "parent": str(pure.parent)}[part]
