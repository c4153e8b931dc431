"""Files that are there whole or not at all, and stay when the power goes: a draft on the disk, its name, its folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO


def replace(path: Path, data: bytes) -> None:
    """Write a file in place of whatever is there: a crash leaves the old one or the new one. OSError if it cannot."""
    draft = path.with_name(f"{path.name}.new")
    _put(draft, os.O_TRUNC, data)
    draft.replace(path)
    settle(path.parent)


def create(path: Path, data: bytes) -> None:
    """Write a file where none is; FileExistsError if one is there by then. What a dead process began is dropped."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        draft.unlink(missing_ok=True)
        _put(draft, os.O_EXCL, data)
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    settle(path.parent)


def flush(file: BinaryIO) -> None:
    """What was written to an open file is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """The names in a folder are on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put(draft: Path, how: int, data: bytes) -> None:
    """For its owner only, and never through a link."""
    handle = os.open(draft, os.O_CREAT | how | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        flush(file)
