"""Files that are there whole or not at all: the order of what reaches the disk, and what lies in the way."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from vault.store import durable

Write = Callable[[Path, bytes], None]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reaches the disk or gets a name, in order."""
    seen: list[str] = []
    fsync, rename, link = os.fsync, Path.replace, os.link

    def synced(handle: int) -> None:
        fsync(handle)
        seen.append(
            "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else f"{os.fstat(handle).st_size} bytes"
        )

    def renamed(draft: Path, path: Path) -> Path:
        seen.append(f"name {path.name}")
        return rename(draft, path)

    def linked(draft: Path, path: Path) -> None:
        seen.append(f"name {path.name}")
        link(draft, path)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    monkeypatch.setattr(os, "link", linked)
    return seen


@pytest.mark.parametrize("write", [durable.replace, durable.create])
def test_the_bytes_then_the_name_then_the_folder(write: Write, steps: list[str], tmp_path: Path) -> None:
    """No name stands for bytes that are not on the disk; nothing is left beside it, and it is its owner's only."""
    write(tmp_path / "a", b"12345")
    assert steps == ["5 bytes", "name a", "folder"]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"12345"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_only_one_of_them_replaces(tmp_path: Path) -> None:
    """What is there is taken by the one and left by the other, which leaves no draft either."""
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        durable.create(path, b"new")
    assert path.read_bytes() == b"old"
    durable.replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(("write", "draft"), [(durable.replace, "a.new"), (durable.create, "a.{pid}.new")])
def test_a_draft_that_was_left_behind(write: Write, draft: str, tmp_path: Path) -> None:
    """Longer than what is written now: nothing of it remains."""
    (tmp_path / draft.format(pid=os.getpid())).write_bytes(b"x" * 99)
    write(tmp_path / "a", b"12345")
    assert (tmp_path / "a").read_bytes() == b"12345"


def test_no_link_is_followed(tmp_path: Path) -> None:
    """One laid in the way leads nowhere: refused, or dropped; never written through."""
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    (tmp_path / "a.new").symlink_to(other)
    with pytest.raises(OSError, match="symbolic link"):
        durable.replace(tmp_path / "a", b"12345")
    (tmp_path / f"b.{os.getpid()}.new").symlink_to(other)
    durable.create(tmp_path / "b", b"12345")
    assert other.read_bytes() == b"mine"
    assert not (tmp_path / "b").is_symlink()
