"""Answers to requests against what is expected of them, and the files a program must leave."""

import base64
from pathlib import Path

import pytest

from wasmforge.model.smoke import Expect
from wasmforge.runtimes.arguments import BadArgumentError
from wasmforge.runtimes.protocol import Answer, Value
from wasmforge.smoke.compare_http import compare_response
from wasmforge.smoke.evaluate import summarize
from wasmforge.smoke.preopen import compare_written_files, prepare_preopen


def reply(body: bytes = b"", status: int = 200, *headers: tuple[str, str]) -> Answer:
    return Answer(ended="replied", status=status, headers=headers, body=base64.b64encode(body).decode())


@pytest.mark.parametrize(
    ("expect", "got", "reason"),
    [
        (Expect(), reply(b"anything"), ""),
        (Expect(status=404), reply(status=404), ""),
        (Expect(), reply(b"no such page\n", 404), 'status 404, expected 200: "no such page"'),
        (Expect(headers={"X-A": "1"}), reply(b"", 200, ("x-a", "1")), ""),
        (Expect(headers={"X-A": "1, 2"}), reply(b"", 200, ("x-a", "1"), ("x-a", "2")), ""),
        (Expect(headers={"X-A": "1"}), reply(b"", 200, ("x-a", "2")), 'header X-A is "2", expected "1"'),
        (Expect(headers={"X-A": "1"}), reply(), 'header X-A is missing, expected "1"'),
        (Expect(body="a"), reply(b"a"), ""),
        (Expect(body="a"), reply(b"b"), 'body: line 1 is "b", expected "a"'),
        (Expect(body_hex="00 ff"), reply(b"\0\xff"), ""),
        (Expect(body_hex="00ff"), reply(b"\0\xfe"), "body: 2 bytes, expected 2; they differ from byte 1 on"),
        (Expect(body_hex="00"), reply(b"\0\1"), "body: 2 bytes, expected 1; they differ from byte 1 on"),
    ],
)
def test_replies(expect: Expect, got: Answer, reason: str) -> None:
    assert compare_response(expect, got) == reason


def test_a_copy_is_laid_and_what_is_written_compared(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "copy"
    source.mkdir()
    (source / "a.txt").write_text("a")
    prepare_preopen(str(source), folder)
    (folder / "a.txt").write_text("b")
    (folder / "out").symlink_to("/etc/hostname")
    assert (source / "a.txt").read_text() == "a"
    assert compare_written_files({"a.txt": "b"}, folder) == ""
    assert compare_written_files({"a.txt": "a"}, folder) == 'a.txt: line 1 is "b", expected "a"'
    assert compare_written_files({"gone": ""}, folder) == "it wrote no file gone"
    assert compare_written_files({"out": ""}, folder) == "it wrote no file out"
    with pytest.raises(BadArgumentError, match="is not a folder"):
        prepare_preopen(str(source / "a.txt"), tmp_path / "other")


def test_runtimes_that_did_the_same_say_the_same() -> None:
    def returned(kind: str, text: str) -> str:
        return summarize(Answer(ended="returned", results=(Value(kind=kind, text=text),)), b"")  # type: ignore[arg-type]

    assert returned("i32", "1") == returned("number", "1") == returned("bool", "true") == returned("f64", "1.0")
    assert returned("f64", "1e-07") == returned("number", "1e-7")
    assert returned("f64", "NaN") == returned("number", "NaN")
    assert returned("f64", "inf") == returned("number", "Infinity")
    assert returned("i32", "1") != returned("i32", "2")
    assert summarize(Answer(ended="exited"), b"a") != summarize(Answer(ended="exited"), b"b")
