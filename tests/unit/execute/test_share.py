"""Commands that are parallel themselves share the workers."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.execute.fabricated import kit
from wasmforge.execute.share import share_of, with_share


@given(workers=st.integers(1, 256), at_once=st.integers(1, 256))
def test_together_they_are_no_more_than_the_workers_nor_is_any_left_without(workers: int, at_once: int) -> None:
    assert share_of(workers, at_once) >= 1
    assert share_of(workers, at_once) * at_once <= max(workers, at_once)


def test_only_the_variables_of_the_toolchain_are_set() -> None:
    cargo = msgspec.structs.replace(kit(), env={"RUSTC": "rustc"}, shares=("CARGO_BUILD_JOBS",))
    assert with_share(cargo, 3).env == {"RUSTC": "rustc", "CARGO_BUILD_JOBS": "3"}
    assert with_share(kit(), 3) == kit()
