"""A password can be read out over a telephone."""

from __future__ import annotations

import string

import pytest

from vault.crypto.generate import spell


@pytest.mark.parametrize(
    ("char", "spoken"),
    [
        ("A", "capital Alfa"),
        ("Z", "capital Zulu"),
        ("a", "alfa"),
        ("j", "juliett"),
        ("x", "x-ray"),
        ("0", "digit zero"),
        ("4", "digit four"),
        (".", "symbol full stop"),
        ("-", "symbol hyphen"),
        (" ", "symbol space"),
        ("£", "symbol pound"),
        ("é", "character latin small letter e with acute"),
        ("\x07", "character u+0007"),
    ],
)
def test_each_character_has_a_name(char, spoken):
    """Letters by the ICAO alphabet, digits and signs by name, everything else by Unicode's."""
    assert spell(char) == [spoken]


def test_order_and_number_are_kept():
    """One entry per character."""
    assert spell("Ab4.") == ["capital Alfa", "bravo", "digit four", "symbol full stop"]
    assert spell("") == []


def test_no_two_characters_sound_alike():
    """All printable ASCII characters have different names, none of them by its number."""
    names = [spell(char)[0] for char in string.ascii_letters + string.digits + string.punctuation + " "]
    assert len(set(names)) == 95
    assert not any(name.startswith("character") for name in names)
