"""A profile's file as bytes. Apart from `profiles`, because reading TOML takes longer than showing a secret."""

from __future__ import annotations

from pathlib import Path

POLICIES = Path(__file__).parent.parent / "policies"


def mentions(name: str, key: str, folder: Path = POLICIES) -> bool:
    """Whether the profile's file holds that word at all; one that is not there holds none."""
    path = folder / f"{name}.toml"
    return path.is_file() and key.encode() in path.read_bytes()
