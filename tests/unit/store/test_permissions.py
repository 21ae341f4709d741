"""Who else may write to a cache folder is found out by owners and modes, on the whole way to it and within."""

import os
from pathlib import Path

import pytest

from wasmforge.store.permissions import other_writer

ME = {0, os.geteuid()}

NOBODY = {2**22 + 1}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache within a folder, with a store in it, as builds make them."""
    tmp_path.chmod(0o700)
    path = tmp_path / "above" / "cache"
    (path / "store" / "entry" / "ab").mkdir(parents=True)
    path.chmod(0o755)
    return path


def why(cache: Path, owners: set[int] = ME) -> str:
    return other_writer(cache, owners, Path("/nowhere"))


def test_what_only_we_can_write_is_fine(cache: Path) -> None:
    assert why(cache) == ""


@pytest.mark.parametrize("where", [".", "store", "store/entry", "store/entry/ab"])
@pytest.mark.parametrize("mode", [0o777, 0o757, 0o1777])
def test_a_folder_that_everybody_can_write(cache: Path, where: str, mode: int) -> None:
    (cache / where).chmod(mode)
    assert why(cache) == f"{cache / where} can be written by everybody (mode {mode:o})"


def test_a_folder_that_its_group_can_write(cache: Path) -> None:
    cache.chmod(0o775)
    group = cache.stat().st_gid
    import grp
    import pwd

    own = grp.getgrgid(group).gr_name == pwd.getpwuid(os.getuid()).pw_name  # as most systems make one for each user
    assert why(cache) == ("" if own else f"{cache} can be written by its group (mode 775)")


def test_a_folder_above_it_in_which_everybody_can_replace_it(cache: Path) -> None:
    cache.parent.chmod(0o777)
    assert why(cache) == f"{cache.parent} can be written by everybody (mode 777)"
    cache.parent.chmod(0o1777)  # like /tmp: only the owner of what is in it can replace that
    assert why(cache) == ""


def test_what_nobody_else_can_reach_may_have_any_mode(cache: Path) -> None:
    (cache / "store").chmod(0o777)
    cache.chmod(0o700)
    assert why(cache) == ""


def test_a_folder_of_somebody_else(cache: Path) -> None:
    assert "belongs to" in why(cache, NOBODY)


def test_a_link_leads_to_where_it_leads(cache: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(f"above/{cache.name}/../{cache.name}")
    assert why(link) == ""
    (tmp_path / "above").chmod(0o777)
    assert why(link) == f"{tmp_path / 'above'} can be written by everybody (mode 777)"


def test_who_can_replace_the_project_can_do_so_anyway(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "above").chmod(0o777)
    assert other_writer(cache, ME, tmp_path / "above" / "project") == ""
    cache.chmod(0o777)
    assert other_writer(cache, ME, tmp_path / "above" / "project") != ""
