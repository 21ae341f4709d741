"""Labels are written and read in one place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.model.label import Label

NAMES = st.text("abc-_.1", min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("matmul", Label("matmul")),
        ("matmul@web", Label("matmul", "web")),
        ("matmul@web/release", Label("matmul", "web", "release")),
        ("matmul@web/release:link", Label("matmul", "web", "release", step="link")),
        ("matmul@web/release/simd:link", Label("matmul", "web", "release", "simd", "link")),
        ("a@b/c:cc[src/a[1]:2.c]", Label("a", "b", "c", step="cc", source="src/a[1]:2.c")),
    ],
)
def test_as_text_and_back(text: str, label: Label) -> None:
    assert str(label) == text
    assert Label.parse(text) == label


@given(NAMES, NAMES, NAMES, st.one_of(st.just(""), NAMES), NAMES, st.one_of(st.just(""), st.text("a/[:]@", min_size=1)))
def test_whatever_it_names(component: str, target: str, profile: str, variant: str, step: str, source: str) -> None:
    label = Label(component, target, profile, variant, step, source)
    assert Label.parse(str(label)) == label
    assert str(label).startswith(f"{label.on_target}/")
    assert str(label.delivery) == f"{component}@{target}/{profile}"
