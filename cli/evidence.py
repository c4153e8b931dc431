"""What somebody saw, to be sealed beside an entry: words as they stand, or a file given as @FILE.

A file that is not text (a saved e-mail, a scan) is kept byte for byte; at most 1 MB.
"""

from __future__ import annotations

import base64
from pathlib import Path

from vault.errors import UsageProblem

MAX_BYTES = 1_000_000


def evidence(source: str | None) -> dict[str, str] | None:
    """The words, or the file with its name; None where nothing was given."""
    if source is None:
        return None
    if not source.startswith("@"):
        return {"text": source}
    data = read_file(Path(source[1:]), limit=MAX_BYTES)
    try:
        return {"file": Path(source[1:]).name, "text": data.decode()}
    except UnicodeDecodeError:
        return {"file": Path(source[1:]).name, "base64": base64.b64encode(data).decode()}


def read_file(path: Path, *, limit: int) -> bytes:
    """All of a file, if it is no larger than that; nothing is read of one that is."""
    with path.expanduser().open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise UsageProblem(f"{path.name} is larger than {limit:,} bytes", hint="is it the right file?")
    return data
