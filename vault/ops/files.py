"""Files that this program writes beside the vault: for their owner alone, whole or not at all.

Only a file that this program wrote before is replaced: a name that was mistyped costs nobody a spreadsheet, and a name
that is a link, a pipe or a device is never replaced by a file.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from vault.errors import UsageProblem

_LOOKED_AT = 1024


def check_replaceable(path: Path, *, mark: bytes) -> None:
    """`UsageProblem` unless nothing is there, or nothing but a file of ours: ``mark`` stands near its beginning."""
    if str(path) == "-":
        raise UsageProblem("it is written to a file, not to stdout", hint="name a file")
    try:
        found = path.lstat()
        plain = stat.S_ISREG(found.st_mode)
        ours = plain and (not found.st_size or mark in _beginning(path))
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot(path, error) from None
    if not plain:
        raise UsageProblem(f"{path} is not a plain file; nothing was written", hint="choose another name")
    if not ours:
        raise UsageProblem(
            f"{path} exists, and is not what is written here; nothing was written",
            hint="choose another name, or move that file away",
        )


def write_private(path: Path, data: bytes, *, mark: bytes) -> None:
    """Write a file with mode 0600, or replace one of ours; nothing half written is left, and no link is followed."""
    check_replaceable(path, mark=mark)
    draft: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:64]}.")
        draft = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        draft.replace(path)
    except OSError as error:
        if draft is not None:
            draft.unlink(missing_ok=True)
        raise _cannot(path, error) from None


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LOOKED_AT)


def _cannot(path: Path, error: OSError) -> UsageProblem:
    return UsageProblem(f"{path} cannot be written: {(error.strerror or 'no reason given').lower()}")
