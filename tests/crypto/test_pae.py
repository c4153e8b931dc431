"""Several byte strings become one, and never two lists the same one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.pae import before, pae

LISTS = st.lists(st.binary(max_size=20), max_size=5)


@pytest.mark.parametrize(
    ("parts", "encoded"),
    [
        ((), b"\x00" * 8),
        ((b"",), b"\x01" + b"\x00" * 7 + b"\x00" * 8),
        ((b"test",), b"\x01" + b"\x00" * 7 + b"\x04" + b"\x00" * 7 + b"test"),
        ((b"ab", b"c"), b"\x02" + b"\0" * 7 + b"\x02" + b"\0" * 7 + b"ab" + b"\x01" + b"\0" * 7 + b"c"),
    ],
)
def test_published_examples(parts, encoded):
    """The encoding is PASETO's, whose specification gives the first three."""
    assert pae(*parts) == encoded


def _split(encoded: bytes) -> list[bytes]:
    count, rest, parts = int.from_bytes(encoded[:8], "little"), encoded[8:], []
    for _ in range(count):
        size = int.from_bytes(rest[:8], "little")
        parts.append(rest[8 : 8 + size])
        rest = rest[8 + size :]
    assert rest == b""
    return parts


@given(LISTS)
def test_parts_can_be_told_apart_again(parts):
    """The list can be read back, so no two lists share an encoding."""
    assert _split(pae(*parts)) == parts


def test_boundaries_matter():
    """Moving a byte over a boundary, or adding an empty part, is another value."""
    assert len({pae(b"ab", b"c"), pae(b"a", b"bc"), pae(b"abc"), pae(b"abc", b""), pae(b"", b"abc")}) == 5


def test_text_is_not_bytes():
    """Text has no encoding of its own here."""
    with pytest.raises(TypeError):
        pae("text")  # type: ignore[arg-type]


@given(LISTS, st.binary(max_size=20))
def test_the_beginning_of_many(parts, last):
    """What is put together once is the beginning of each, whatever its last part says."""
    assert before(*parts, last=len(last)) + last == pae(*parts, last)
