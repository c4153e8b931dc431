"""A vault id can be said in ten words."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import words
from audit.errors import BadVaultId

DIGEST = hashlib.sha256(b"vault").digest()


@pytest.fixture
def _fresh_list():
    words.word_list.cache_clear()
    yield
    words.word_list.cache_clear()


def test_the_list_is_the_effs():
    """7,776 different words, the list's first and last among them, all lower case."""
    listed = words.word_list()
    assert len(listed) == len(set(listed)) == words.LIST_SIZE == 6**5
    assert (listed[0], listed[-1]) == ("abacus", "zoom")
    assert all(word == word.lower() for word in listed)


@pytest.mark.usefixtures("_fresh_list")
def test_a_changed_list_is_not_used(tmp_path, monkeypatch):
    """With another list the same id would have other words."""
    changed = tmp_path / "list.txt"
    changed.write_bytes(b"abacus\n" * 7776)
    monkeypatch.setattr(words, "_LIST", changed)
    with pytest.raises(BadVaultId, match="changed"):
        words.to_words(DIGEST)


def test_the_ends_of_the_range():
    """The smallest id is the first word ten times, the largest the last word ten times."""
    assert words.to_words(bytes(32)) == ["abacus"] * 10
    assert words.to_words(b"\xff" * 32) == ["zoom"] * 10


def test_the_formula():
    """The words are the ten leading digits, in base 7776, of the id read as a fraction of 2^256."""
    fraction, digits = int.from_bytes(DIGEST, "big"), []
    for _ in range(10):
        fraction *= 7776
        digits.append(fraction >> 256)
        fraction %= 1 << 256
    assert words.to_words(DIGEST) == [words.word_list()[digit] for digit in digits]


@given(st.binary(min_size=32, max_size=32))
def test_words_and_digits_name_the_same_vault(digest):
    """Both forms are parsed back, in any case and spacing, and match that id."""
    spoken = words.to_words(digest)
    by_words = words.parse_vault_id("  " + "\n ".join(spoken).upper())
    by_digits = words.parse_vault_id(digest.hex().upper() + "\n")
    assert (by_words.digest, by_digits.digest) == (None, digest)
    assert by_words.words == by_digits.words == tuple(spoken)
    assert by_words.matches(digest) and by_digits.matches(digest) and words.matches(spoken, digest)


def test_another_vault_does_not_match():
    """A change in the leading bits shows in both forms; one in the last bit shows in the digits."""
    other = bytes([DIGEST[0] ^ 1]) + DIGEST[1:]
    near = DIGEST[:-1] + bytes([DIGEST[-1] ^ 1])
    assert not words.parse_vault_id(" ".join(words.to_words(DIGEST))).matches(other)
    assert not words.parse_vault_id(DIGEST.hex()).matches(other)
    assert not words.parse_vault_id(DIGEST.hex()).matches(near)
    assert not words.matches(words.to_words(DIGEST)[:9], DIGEST)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not 0"),
        ("abacus", "not 1"),
        ("abacus " * 9, "not 9"),
        ("abacus " * 11, "not 11"),
        ("00" * 31, "not 1"),
        ("0" * 65, "not 1"),
        ("abacus " * 9 + "kubernetes", "word 10"),
        ("abacus kubernetes " + "abacus " * 8, "word 2"),
    ],
)
def test_what_is_wrong_is_named(text, complaint):
    """The count, or the first word that is not on the list."""
    with pytest.raises(BadVaultId, match=complaint):
        words.parse_vault_id(text)


def test_a_vault_id_has_32_bytes():
    """Anything else is the caller's mistake."""
    with pytest.raises(ValueError, match="32 bytes"):
        words.to_words(b"short")
