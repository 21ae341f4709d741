"""What a command of our own package may read, from its syntax."""

from pathlib import Path

import pytest

from tests.support.config_files import write
from wasmforge.toolchains.python_imports import closure

FILES = {
    "own/__init__.py": "",
    "own/tool/__init__.py": "from own.tool.part import one",
    "own/tool/__main__.py": "import json\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import own.types",
    "own/tool/part.py": "from . import sibling\nfrom .. import above as other\ndef one():\n    from own import late",
    "own/tool/sibling.py": "PAGE = 'data/page.mjs'",
    "own/above.py": "import other.thing",
    "own/late.py": "NAME = 'own.by_name'",
    "own/by_name.py": "",
    "own/types.py": "",
    "own/unused.py": "",
    "own/data/page.mjs": "1",
    "own/data/other.mjs": "1",
    "own/script.py": "import own.above",
}
REACHED = ["own/__init__.py", "own/above.py", "own/by_name.py", "own/data/page.mjs", "own/late.py"]
REACHED += [f"own/tool/{name}.py" for name in ("__init__", "__main__", "part", "sibling")]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write(tmp_path, FILES) / "own"


def test_imports_at_any_depth_and_data_by_name(package: Path) -> None:
    found = closure(package, ["own.tool"])
    assert list(found.files) == REACHED
    assert found.outside == ("other",)


def test_a_file_is_started_without_its_package(package: Path) -> None:
    write(package.parent, {"own/tool/alone.py": "import own.above"})
    assert list(closure(package, ["own/tool/alone.py"]).files) == [
        "own/__init__.py",
        "own/above.py",
        "own/tool/alone.py",
    ]


@pytest.mark.parametrize("name", sorted(FILES))
def test_an_edit_counts_if_the_file_is_reached(package: Path, name: str) -> None:
    before = closure(package, ["own.tool"]).digest
    path = package.parent / name
    path.write_text(f"{path.read_text()}\n")
    assert (closure(package, ["own.tool"]).digest != before) == (name in REACHED)
