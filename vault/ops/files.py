"""Files that this program writes beside the vault: for their owner alone, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from vault.errors import UsageProblem


def write_private(path: Path, data: bytes) -> None:
    """Write or replace a file with mode 0600; nothing half written is left, and no link is followed."""
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageProblem(
            f"{path} cannot be written: {(error.strerror or 'no reason given').lower()}"
        ) from None
