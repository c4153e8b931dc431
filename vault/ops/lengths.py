"""How long a description may be. Names stand in every list and are read out; longer words belong into a note.

The log does not judge this: what it carries is the hash of a sealed value, and an older release may have written more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vault.errors import UsageProblem

NAME, ADDRESS, CLAIM, TEXT = 200, 254, 10_000, 65_536  # characters; an address as RFC 5321 bounds it
_FIELDS = {"name": NAME, "nickname": NAME, "collar": NAME, "email": ADDRESS}
_FILES = frozenset({"evidence"})  # read with a limit of their own


def check(kind: str, values: Mapping[str, Any]) -> None:
    """`UsageProblem` that names the first field that is too long; its words may be anything, and are not repeated."""
    if (field := too_long(kind, values)) is None:
        return
    most, rest = limit(kind, field), ", and the rest in a note: keyholder note add"
    raise UsageProblem(
        f"{field.replace('_', ' ')}: too long; at most {most:,} characters are taken",
        hint="nothing was recorded; say it shorter" + (rest if most < CLAIM else ""),
    )


def limit(kind: str, field: str) -> int:
    """The most characters that a field takes."""
    return CLAIM if kind == "claim" else _FIELDS.get(field, TEXT)


def too_long(kind: str, values: Mapping[str, Any]) -> str | None:
    """The first field with a text that is longer than that."""
    for field, value in values.items() if kind not in _FILES else ():
        texts = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(text, str) and len(text) > limit(kind, field) for text in texts):
            return field
    return None
