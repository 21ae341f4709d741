"""What Zig says that it links, which units libc++ has with exceptions, and the script that makes one archive."""

from pathlib import Path

import pytest

from wasmforge.stepcommands.zig_libraries import ZigError, cxx_sources, linked_files, merge_script

SAID = """\
ar rcs /cache/o/1/libc.a /cache/o/2/a.o /cache/o/3/b.o
wasm-ld --error-limit=0 --stack-first -o old.wasm /cache/o/0/libold.a .empty.o
wasm-ld -z stack-size=16777216 -o x.wasm /a cache/o/4/crt1-reactor.o /cache/o/1/libc.a .empty.o /cache/o/5/librt.a
"""


def test_the_last_link_tells_what_was_linked() -> None:
    expected = ("/a cache/o/4/crt1-reactor.o", "/cache/o/1/libc.a", "/cache/o/5/librt.a")
    assert linked_files(SAID, ".empty.o") == expected


def test_a_zig_that_does_not_tell_is_an_error_with_its_words() -> None:
    with pytest.raises(ZigError, match="did not tell what it linked:\nnothing to do"):
        linked_files("nothing to do", ".empty.o")


def test_objects_are_added_whole_and_archives_by_their_members() -> None:
    assert merge_script("out.a", ("crt1.o", "libc.a")) == "create out.a\naddmod crt1.o\naddlib libc.a\nsave\nend\n"


def test_units_for_threads_and_for_libraries_without_exceptions_are_left_out(tmp_path: Path) -> None:
    names = "string.cpp mutex.cpp ryu/d2s.cpp pstl/x.cpp std_stream.h"
    abi_names = "cxa_exception.cpp cxa_noexception.cpp cxa_thread_atexit.cpp"
    for name in (*(f"libcxx/src/{n}" for n in names.split()), *(f"libcxxabi/src/{n}" for n in abi_names.split())):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in cxx_sources(tmp_path)]
    assert found == ["libcxx/src/ryu/d2s.cpp", "libcxx/src/string.cpp", "libcxxabi/src/cxa_exception.cpp"]
