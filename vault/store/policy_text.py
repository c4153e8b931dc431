"""A profile's file as bytes. Apart from `profiles`, because reading TOML takes longer than showing a secret."""

from __future__ import annotations

import re
from pathlib import Path

POLICIES = Path(__file__).parent.parent / "policies"


def text(name: str, folder: Path = POLICIES) -> bytes:
    """The profile's file, byte for byte; of one that is not there, nothing."""
    path = folder / f"{name}.toml"
    return path.read_bytes() if path.is_file() else b""


def mentions(raw: bytes, key: str) -> bool:
    """Whether a document's text holds that word at all."""
    return key.encode() in raw


def guiding(name: str, folder: Path = POLICIES) -> tuple[str, ...]:
    """The profiles whose files say that they guide under that one."""
    says = re.compile(rb'^guidance_under\s*=\s*"' + re.escape(name.encode()) + rb'"', re.MULTILINE)
    return tuple(path.stem for path in sorted(folder.glob("*.toml")) if says.search(path.read_bytes()))
