"""Removes comments, strings and preprocessor lines from source text, so that patterns see code only."""

import re

_LITERALS = r""""(?:\\.|[^"\\\n])*"|'(?:\\[^'\n]{1,12}|[^'\\\n])'"""
_CODE = re.compile(r"//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)|" + _LITERALS)
_STRING = re.compile(_LITERALS)
_PREPROCESSOR = re.compile(r"^[ \t]*#(?!\[)(?:[^\n\\]|\\\n|\\)*", re.MULTILINE)
_WAT = re.compile(r';;[^\n]*|\(;(?:[^;]|;(?!\)))*(?:;\)|\Z)|"(?:\\.|[^"\\\n])*"')

_VECTOR = re.compile(r"(?<![\w$.])(?:v128\b|[if](?:8x16|16x8|32x4|64x2)\.)")


def uses_simd(code: str) -> bool:
    """Whether AssemblyScript or WebAssembly text, without comments, uses 128-bit vectors."""
    return _VECTOR.search(hidden_strings(code)) is not None


def without_comments(text: str) -> str:
    """Text of a language with `//` and `/* */` comments, without them; a comment becomes a space."""
    return _CODE.sub(lambda m: " " if m[0][0] == "/" else m[0], text)


def without_wat_comments(text: str) -> str:
    """WebAssembly text without `;;` and `(; ;)`."""
    return _WAT.sub(lambda m: m[0] if m[0][0] == '"' else " ", text)


def hidden_strings(text: str) -> str:
    """Text of the same length in which strings hold nothing that could be taken for code."""
    return _STRING.sub(lambda m: "_" * len(m[0]), text)


def without_preprocessor(text: str) -> str:
    """C without its `#` lines."""
    return _PREPROCESSOR.sub("", text)
