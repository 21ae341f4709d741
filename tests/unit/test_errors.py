"""Errors: problems are printed with their place, each once, and unknown names with a near one."""

import pytest

from wasmforge.errors import ForgeError, Problem, unknown


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("wep", ("web", "node"), "did you mean 'web'?"),
        ("wep", {"web": 1, "node": 2}, "did you mean 'web'?"),
        ("wep", iter(("web", "node")), "did you mean 'web'?"),
        ("zzz", ("web", "node"), "known: node, web"),
        ("zzz", (f"a{n:02}" for n in range(64)), f"known: {', '.join(f'a{n:02}' for n in range(20))} and 44 more"),
        ("zzz", (), ""),
    ],
)
def test_an_unknown_name(name: str, known: object, hint: str) -> None:
    assert unknown("target", name, known, where="--target") == Problem(  # type: ignore[arg-type]
        where="--target", what=f"unknown target '{name}'", hint=hint
    )


def test_each_problem_is_reported_once() -> None:
    problem, other = Problem(where="a", what="b"), Problem(what="c")
    error = ForgeError(problem, other, problem)
    assert error.problems == (problem, other)
    assert str(error) == "a: b\nc"
