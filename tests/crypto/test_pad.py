"""Padding hides a length and comes off in one way only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.pad import pad, unpad


@given(st.binary(max_size=300), st.sampled_from([64, 256]))
def test_round_trip(data, multiple):
    """What was padded comes back, from a whole number of blocks, at most one block longer."""
    padded = pad(data, multiple)
    assert unpad(padded, multiple) == data
    assert len(padded) % multiple == 0
    assert len(data) < len(padded) <= len(data) + multiple


@pytest.mark.parametrize("size", [0, 63, 64, 65, 127])
def test_lengths_within_a_block_look_alike(size):
    """Only the number of blocks shows."""
    assert len(pad(b"x" * size, 64)) == 64 * (size // 64 + 1)


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        bytes(64),
        b"x" * 64,
        b"x" * 63 + b"\x80" + b"\0" * 64,
        b"x" * 62 + b"\x80",
        b"x" * 10 + b"\x81" + b"\0" * 53,
    ],
    ids=["empty", "zeros", "no marker", "a block too much", "not a whole block", "another marker"],
)
def test_anything_else_is_refused(padded):
    """There is one padded form of each value."""
    with pytest.raises(ValueError, match="not padded"):
        unpad(padded, 64)
