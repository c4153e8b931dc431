"""What the tests of this room share: published vectors, one-bit changes, a random source that repeats itself."""

from __future__ import annotations

import json
from hashlib import shake_256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vault.errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OFFICIAL = Path(__file__).parents[1] / "vectors" / "official"
WYCHEPROOF = Path(__file__).parents[2].parent / "shared" / "vectors" / "wycheproof" / "testvectors_v1"


def official(name: str) -> Any:
    """The published vectors of that name, as JSON."""
    return json.loads((OFFICIAL / f"{name}.json").read_text())


def wycheproof(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every (group, test) of a Wycheproof file."""
    path = WYCHEPROOF / f"{name}_test.json"
    if not path.exists():
        pytest.skip(
            "the Wycheproof vectors do not lie beside the repository; the RFC's own are tested without them"
        )
    groups = json.loads(path.read_text())["testGroups"]
    return [(group, test) for group in groups for test in group["tests"]]


def repeatable(seed: bytes) -> Callable[[int], bytes]:
    """A random source that gives the same bytes in every run."""
    stream = shake_256(seed).digest(1 << 16)
    place = 0

    def draw(size: int) -> bytes:
        nonlocal place
        place += size
        return stream[place - size : place]

    return draw


def flipped(blob: bytes) -> Iterator[bytes]:
    """Every value that differs from `blob` in one bit."""
    for place in range(len(blob)):
        for bit in range(8):
            yield blob[:place] + bytes([blob[place] ^ 1 << bit]) + blob[place + 1 :]


def assert_only_itself_opens(blob: bytes, opens: Callable[[bytes], object]) -> None:
    """`blob` opens; with any bit changed, cut short or with a byte more it is refused with one of our errors."""
    opens(blob)
    others = [*flipped(blob), *(blob[:size] for size in {0, 1, len(blob) // 2, len(blob) - 1}), blob + b"\0"]
    accepted = 0
    for other in others:
        try:
            opens(other)
        except VaultError:
            continue
        accepted += 1
    assert accepted == 0, f"{accepted} of {len(others)} altered values were accepted"
