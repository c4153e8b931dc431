"""A recovery kit is read back as it was printed, or the wrong line is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crypto.given import repeatable
from vault.crypto.kit import decode, encode, keyset_from_kit
from vault.errors import UsageProblem

SECRET = bytes(range(32))
LINES = encode(SECRET)
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_form():
    """Four lines of four groups of four."""
    assert [[len(group) for group in line.split("-")] for line in LINES] == [[4] * 4] * 4
    assert set("".join(LINES)) <= set(SYMBOLS + "-")


@given(st.binary(min_size=32, max_size=32))
def test_round_trip(secret):
    """Every secret comes back."""
    assert decode("\n".join(encode(secret))) == secret


@pytest.mark.parametrize(
    "typed",
    [
        "\n".join(LINES),
        "\r\n".join(LINES) + "\r\n\r\n",
        "\n\n".join(line.lower() for line in LINES),
        "\n".join(line.replace("-", "  ") for line in LINES),
        "\n".join(line.replace("-", "") for line in LINES),
        "".join(LINES),
        " ".join(LINES),
        "\n".join("\t" + line.replace("0", "O").replace("1", "l") for line in LINES),
        "\n".join(line.replace("0", "o").replace("1", "I") for line in LINES),
        "\n".join(line.replace("1", "i").replace("0", "O") for line in LINES),
    ],
)
def test_a_person_may_type_it_their_way(typed):
    """Case, spaces, hyphens and line ends do not matter; O is 0, I and L are 1."""
    assert decode(typed) == SECRET


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_mistyped_line_is_named(number):
    """Each single wrong character is found, and the right line is named."""
    line = LINES[number - 1]
    for place, symbol in enumerate(line):
        if symbol == "-":
            continue
        other = SYMBOLS[(SYMBOLS.index(symbol) + 1) % 32]
        typed = [*LINES[: number - 1], line[:place] + other + line[place + 1 :], *LINES[number:]]
        with pytest.raises(UsageProblem, match=rf"^line {number} of .*check characters") as refusal:
            decode("\n".join(typed))
        assert line[:4] not in str(refusal.value)


def test_lines_in_the_wrong_order_are_wrong():
    """A line is good in its own place only."""
    with pytest.raises(UsageProblem, match=r"^line 1 of"):
        decode("\n".join([LINES[1], LINES[0], LINES[2], LINES[3]]))
    with pytest.raises(UsageProblem, match=r"^line 3 of"):
        decode("\n".join([LINES[0], LINES[1], LINES[3], LINES[2]]))


@pytest.mark.parametrize("wrong", ["U", "u", "*", "é", "\u0131", "\uff21"])
def test_a_character_that_is_in_no_kit_is_named_by_its_line(wrong):
    """U, signs and letters that only look like ours are refused."""
    with pytest.raises(UsageProblem, match=r"^line 2 of .*character that a kit never has"):
        decode("\n".join([LINES[0], wrong + LINES[1][1:], *LINES[2:]]))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "has 4 lines"),
        ("\n".join(LINES[:3]), "has 4 lines"),
        ("\n".join([*LINES, LINES[0]]), "has 4 lines"),
        ("\n".join([LINES[0][:-1], *LINES[1:]]), "line 1 of .*it has 15 characters, not 16"),
        ("\n".join([*LINES[:3], LINES[3] + "0"]), "line 4 of .*it has 17 characters, not 16"),
        ("".join(LINES)[:-1], "line 4 of .*it has 15 characters"),
    ],
)
def test_missing_and_extra_are_counted(typed, words):
    """Too few or too many lines or characters: the refusal counts them."""
    with pytest.raises(UsageProblem, match=words):
        decode(typed)


def test_the_keyset_of_a_kit():
    """One kit gives one keyset, of which it is no part."""
    keyset = keyset_from_kit(SECRET)
    assert keyset.reveal() == keyset_from_kit(SECRET).reveal()
    assert keyset.reveal() != keyset_from_kit(repeatable(b"other")(32)).reveal()
    assert SECRET not in keyset.reveal()


@pytest.mark.parametrize("use", [encode, keyset_from_kit])
def test_a_kit_has_32_bytes(use):
    """Another length is a mistake of the caller."""
    with pytest.raises(ValueError, match="32 secret bytes"):
        use(bytes(31))
