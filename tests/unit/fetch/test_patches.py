"""Patches apply exactly where they say, or an error names the hunk, the file and the line."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.fetch.patches import PatchError, apply_patch

OLD = "".join(f"line {i}\n" for i in range(1, 31))
NEW = OLD.replace("line 5\n", "line five\n").replace("line 25\n", "line 25\nmore\n")


def diff(old: str, new: str, name: str = "f.c", *, other: str = "") -> bytes:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{name}", f"b/{other or name}"
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    ).encode()


def applied(patch: bytes, **files: str | bytes) -> dict[str, bytes | None]:
    """The patch applied to files whose names are written with `__` for a slash and `_` for a dot."""
    tree = {n.replace("__", "/").replace("_", "."): d.encode() if isinstance(d, str) else d for n, d in files.items()}
    return apply_patch(patch, tree.get)


def refusal(patch: bytes, **files: str | bytes) -> PatchError:
    with pytest.raises(PatchError) as caught:
        applied(patch, **files)
    return caught.value


def test_all_hunks_of_a_file() -> None:
    assert diff(OLD, NEW).count(b"@@ -") == 2
    assert applied(diff(OLD, NEW), f_c=OLD) == {"f.c": NEW.encode()}


def test_several_files_some_new_some_gone() -> None:
    new = b"--- /dev/null\n+++ b/src/new.c\n@@ -0,0 +1,2 @@\n+int a;\n+int b;\n"
    gone = b"--- a/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-int c;\n"
    assert applied(diff(OLD, NEW) + new + gone, f_c=OLD, old_c="int c;\n") == {
        "f.c": NEW.encode(),
        "src/new.c": b"int a;\nint b;\n",
        "old.c": None,
    }


GIT_PATCH = b"""From 1234 Mon Sep 17 00:00:00 2001
From: Somebody <a@b.test>
Subject: [PATCH] Rename
 and change
---
 a.c => b.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/lib/a.c b/lib/b.c
similarity index 50%
rename from lib/a.c
rename to lib/b.c
index 111..222 100644
--- a/lib/a.c
+++ b/lib/b.c
@@ -1,2 +1,2 @@ int before;
-one
+1
 two
diff --git a/made.c b/made.c
new file mode 100644
index 0000000..111
--- /dev/null
+++ b/made.c
@@ -0,0 +1 @@
+x
--
2.39.5

"""


def test_what_git_format_patch_writes() -> None:
    assert applied(GIT_PATCH, lib__a_c="one\ntwo\n") == {"lib/a.c": None, "lib/b.c": b"1\ntwo\n", "made.c": b"x\n"}


def test_two_patches_of_one_file_in_one_patch() -> None:
    patch = diff("a\nb\n", "a\nB\n") + diff("a\nB\n", "A\nB\n")
    assert applied(patch, f_c="a\nb\n") == {"f.c": b"A\nB\n"}


@pytest.mark.parametrize(("old", "new"), [("a\nb", "a\nb\n"), ("a\nb\n", "a\nb"), ("a\nb", "a\nc"), ("", "a")])
def test_the_newline_at_the_end(old: str, new: str) -> None:
    patch = diff(old, new)
    assert applied(patch, f_c=old) == {"f.c": new.encode()}
    assert refusal(patch, f_c=old + "\n" if not old.endswith("\n") and old else "x\n")


def test_bytes_that_are_no_text_and_form_feeds_are_kept() -> None:
    old = b"\xff\x00\n\x0cint a;\x0b\n\x85\xe2\x80\xa8\nend\n"
    patch = b"--- a/f.c\n+++ b/f.c\n@@ -2,3 +2,3 @@\n \x0cint a;\x0b\n \x85\xe2\x80\xa8\n-end\n+\xfe\n"
    assert applied(patch, f_c=old) == {"f.c": old.replace(b"end", b"\xfe")}


def test_lines_that_end_with_cr_lf_are_kept_and_do_not_match_others() -> None:
    old = OLD.replace("\n", "\r\n")
    patch = diff(OLD, NEW).replace(b"\n", b"\r\n").replace(b".c\r\n", b".c\n").replace(b"@@\r\n", b"@@\n")
    assert applied(patch, f_c=old) == {"f.c": NEW.replace("\n", "\r\n").encode()}
    assert "CR LF" in refusal(diff(OLD, NEW), f_c=old).hint


def test_a_hunk_that_does_not_fit_is_named_with_its_place() -> None:
    problem = refusal(diff(OLD, NEW), f_c=OLD.replace("line 24\n", "line twenty-four\n"))
    assert str(problem) == "hunk 2 does not fit f.c:24: expected 'line 24', found 'line twenty-four'"
    assert diff(OLD, NEW).decode().splitlines()[problem.line - 1].startswith("@@ -23")


def test_nothing_is_fuzzy_and_where_it_would_fit_is_told() -> None:
    problem = refusal(diff(OLD, NEW), f_c="moved\n" + OLD)
    assert "hunk 1 does not fit f.c:2" in str(problem)
    assert "it would fit at line 3" in problem.hint
    assert "the file has no such line" in str(refusal(diff(OLD, NEW), f_c="line 1\n"))


def test_what_was_applied_already_is_refused() -> None:
    assert "does not fit" in str(refusal(diff(OLD, NEW), f_c=NEW))


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        (b"", "changes nothing"),
        (b"just words\n", "changes nothing"),
        (b"--- a/f.c\n+++ b/f.c\n@@ -1,9 +1,9 @@\n a\n", "shorter than expected"),
        (b"--- a/f.c\n+++ b/f.c\n@@ -1 +1 @\n-a\n+b\n", "cannot be read"),
        (b"--- a/f.c\n+++ b/f.c\n@@@ -1 -1 +1 @@@\n--a\n++b\n", "cannot be read"),
        (b"--- a/f.c\n+++ b/f.c\n@@ -1,0 +2 @@\n+x\n", "has no line of f.c"),
        (b"--- a/none.c\n+++ b/none.c\n@@ -1 +1 @@\n-a\n+b\n", "changes none.c, which is not there"),
        (b"--- /dev/null\n+++ b/f.c\n@@ -0,0 +1 @@\n+b\n", "makes f.c, which is there already"),
        (b"--- a/f.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", "lines of it would be left"),
        (b"--- a/../f.c\n+++ b/../f.c\n@@ -1 +1 @@\n-a\n+b\n", "leads out"),
        (b"--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n", "leads out"),
        (b"diff --git a/f.c b/f.c\nindex 1..2 100644\nGIT binary patch\nliteral 1\n", "is binary"),
        (
            b"diff --git a/f.c b/g.c\ncopy from f.c\ncopy to g.c\n--- a/f.c\n+++ b/g.c\n@@ -1 +1 @@\n-a\n+b\n",
            "is a copy",
        ),
        (b"diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n", "is a link"),
    ],
)
def test_what_cannot_be_applied_is_refused(patch: bytes, said: str) -> None:
    assert said in str(refusal(patch, f_c="a\nb\n"))


TEXT = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "-- x\n", "+++ y\n", "@@ -1 +1 @@\n"]), max_size=40)


@given(TEXT, TEXT)
def test_what_difflib_writes_is_applied(old: list[str], new: list[str]) -> None:
    before, after = "".join(old), "".join(new)
    if before != after and before and after:
        assert applied(diff(before, after), f_c=before) == {"f.c": after.encode()}
