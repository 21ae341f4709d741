"""fastly.toml: the one that is written, and what is not right in a person's own."""

import tomllib

import pytest

from wasmforge.glue.package_files import check_fastly_toml, fastly_toml


def test_what_is_written_says_what_the_package_is() -> None:
    said = tomllib.loads(fastly_toml("edge"))
    assert (said["manifest_version"], said["name"], said["language"]) == (3, "edge", "other")
    assert check_fastly_toml(fastly_toml("edge")) == fastly_toml("edge")


def test_a_persons_own_is_taken_to_the_byte() -> None:
    text = "# mine\nname='x' # odd\r\nmanifest_version = 2\n[local_server]\n"
    assert check_fastly_toml(text) == text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name = ", "Invalid value"),
        ('name = "x"\n', "manifest_version must be 3, not None"),
        ('name = "x"\nmanifest_version = "3"\n', "manifest_version must be 3, not '3'"),
        ('name = "x"\nmanifest_version = true\n', "manifest_version must be 3, not True"),
        ("manifest_version = 3\n", "the name of the package is missing"),
        ("manifest_version = 3\nname = 7\n", "the name of the package is missing"),
    ],
)
def test_what_the_fastly_cli_would_refuse(text: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        check_fastly_toml(text)
