"""docs/security.md names tests that are there: what a page promises must be held by something."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "security.md"

NAMED = re.compile(r"`([\w/…]+\.py|…)(?:::(\w+))?`")


def test_every_test_that_the_page_names_is_there() -> None:
    named, file = 0, ""
    for path, function in NAMED.findall(PAGE.read_text("utf-8")):
        file = file if path == "…" else path
        place = PAGE.parents[1] / "tests" / file
        assert place.is_file(), file
        assert f"def {function}(" in place.read_text("utf-8") or not function, f"{file}::{function}"
        named += 1
    assert named > 60


def test_every_attack_has_a_test() -> None:
    _, _, table = PAGE.read_text("utf-8").partition("|---|---|---|\n| *")
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| ")]
    attacks = [row for row in rows if not row[0].strip().startswith("*")]
    assert len(attacks) > 45
    assert [row[0] for row in attacks if ".py" not in row[2] and "…::" not in row[2]] == []
