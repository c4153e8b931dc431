"""Files beside the vault: nothing that somebody else made is replaced."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from vault.errors import UsageProblem
from vault.ops.files import write_private

MARK = b"made here"


def test_a_file_of_ours_is_replaced(tmp_path: Path) -> None:
    """For its owner alone, whole; an empty file is nobody's."""
    path = tmp_path / "due.ics"
    path.touch()
    for data in (MARK + b" one", MARK + b" two"):
        write_private(path, data, mark=MARK)
        assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["due.ics"]


def test_a_file_of_somebody_else_stays(tmp_path: Path) -> None:
    """Not one byte of it changes."""
    path = tmp_path / "accounts.csv"
    path.write_bytes(b"platform,handle" + bytes(2000) + MARK)
    before = path.read_bytes()
    with pytest.raises(UsageProblem, match="is not what is written here"):
        write_private(path, MARK, mark=MARK)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "folder"])
def test_what_is_no_plain_file_stays(tmp_path: Path, kind: str) -> None:
    """A link is not followed and not replaced, nor a pipe, nor a folder."""
    path, aim = tmp_path / "here", tmp_path / "there"
    if kind == "link":
        aim.write_bytes(MARK)
    if kind in ("link", "dangling"):
        path.symlink_to(aim)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    before = path.lstat().st_mode
    with pytest.raises(UsageProblem, match="not a plain file"):
        write_private(path, MARK + b" new", mark=MARK)
    assert path.lstat().st_mode == before
    assert not aim.exists() or aim.read_bytes() == MARK


def test_stdout_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    """Each in words, and nothing is left behind."""
    with pytest.raises(UsageProblem, match="not to stdout"):
        write_private(Path("-"), MARK, mark=MARK)
    for path in (tmp_path / "nowhere" / "due.ics", tmp_path / ("n" * 300)):
        with pytest.raises(UsageProblem, match="cannot be written"):
            write_private(path, MARK, mark=MARK)
    assert list(tmp_path.iterdir()) == []
