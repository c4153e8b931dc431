"""A profile's file as bytes. Apart from `profiles`, because reading TOML takes longer than showing a secret."""

from __future__ import annotations

import re
from pathlib import Path

POLICIES = Path(__file__).parent.parent / "policies"


def mentions(name: str, key: str, folder: Path = POLICIES) -> bool:
    """Whether the profile's file holds that word at all; one that is not there holds none."""
    path = folder / f"{name}.toml"
    return path.is_file() and key.encode() in path.read_bytes()


def guiding(name: str, folder: Path = POLICIES) -> tuple[str, ...]:
    """The profiles whose files say that they guide under that one."""
    says = re.compile(rb'^guidance_under\s*=\s*"' + re.escape(name.encode()) + rb'"', re.MULTILINE)
    return tuple(path.stem for path in sorted(folder.glob("*.toml")) if says.search(path.read_bytes()))
