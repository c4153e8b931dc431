"""Passwords keep the rules, evenly drawn, and can be read out."""

from __future__ import annotations

from collections import Counter
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crypto.given import repeatable
from vault.crypto import generate
from vault.crypto.generate import Rules, passphrase, password
from vault.errors import UsageProblem, VaultError

CLASSES = {
    "lower": str.islower,
    "upper": str.isupper,
    "digit": str.isdigit,
    "symbol": lambda c: not c.isalnum(),
}


@given(st.binary(min_size=8, max_size=8))
def test_the_default(seed):
    """24 characters with all four classes, none that is mistaken for another, none that starts a formula."""
    drawn = password(Rules(), random=repeatable(seed))
    assert len(drawn) == 24
    assert all(any(is_of(char) for char in drawn) for is_of in CLASSES.values())
    assert not set(drawn) & set("0Oo1lI |`'\"\\")
    assert drawn[0] not in "=+-@"


@pytest.mark.parametrize(
    ("rules", "length"),
    [
        (Rules(min_length=8, max_length=16), 16),
        (Rules(min_length=30, max_length=40), 30),
        (Rules(min_length=4, max_length=4), 4),
        (Rules(min_length=24, max_length=24), 24),
    ],
)
def test_the_length_is_24_where_the_platform_takes_it(rules, length):
    """Otherwise the nearest length that it takes."""
    assert len(password(rules, random=repeatable(b"length"))) == length


def test_only_allowed_symbols_appear():
    """A platform's own list replaces ours; none at all is possible too."""
    random = repeatable(b"symbols")
    drawn = "".join(password(Rules(symbols="_.", min_length=8), random=random) for _ in range(50))
    assert {char for char in drawn if not char.isalnum()} == {"_", "."}
    plain = Rules(symbols="", require=("lower", "upper", "digit"))
    assert "".join(password(plain, random=random) for _ in range(20)).isalnum()


def test_forbidden_first_characters_do_not_come_first():
    """A platform's own forbidden first characters come on top of those of formulas."""
    rules = Rules(min_length=4, max_length=4, symbols="=+-@_", require=(), forbid_first="_abcdefgh")
    random = repeatable(b"first")
    firsts = Counter(password(rules, random=random)[0] for _ in range(2000))
    alphabet = set("".join(rules.classes().values()))
    assert set(firsts) == alphabet - set("=+-@_abcdefgh")


def test_required_classes_are_judged_on_the_whole_candidate():
    """A candidate that breaks a rule is thrown away whole, so no place in it is special."""
    rules = Rules(min_length=2, max_length=2, symbols="", require=("digit",))
    random = repeatable(b"whole")
    drawn = [password(rules, random=random) for _ in range(3000)]
    assert all(any(char.isdigit() for char in word) for word in drawn)
    only_first = sum(word[0].isdigit() and not word[1].isdigit() for word in drawn)
    only_second = sum(word[1].isdigit() and not word[0].isdigit() for word in drawn)
    assert abs(only_first - only_second) < 200


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 69, 255, 256])
def test_every_index_is_equally_likely(limit):
    """Over all values of a byte, each index is given by the same number of them: no modulo bias."""
    counts: Counter[int] = Counter()
    for value in range(256):
        first = iter([value])
        # A refused byte is followed by 0, so what comes from the first byte alone can be told apart.
        asked = []

        def random(size, first=first, asked=asked):
            asked.append(size)
            return bytes([next(first, 0)])[:size]

        index = generate._below(limit, random)
        assert asked[0] == (limit > 1)  # one byte, or none where there is nothing to choose
        if len(asked) == 1:
            counts[index] += 1
    assert set(counts) == set(range(limit))
    assert len(set(counts.values())) == 1


def test_a_word_list_of_7776_is_drawn_evenly():
    """Over all values of two bytes each of 7,776 indices is given by the same number of them."""
    counts: Counter[int] = Counter()
    for value in range(1 << 16):
        draws = chain([value.to_bytes(2, "big")], repeat(b""))  # an empty draw is index 0
        counts[generate._below(7776, lambda _, draws=draws: next(draws))] += 1
    refused = counts[0] - counts[1]
    assert set(counts) == set(range(7776))
    assert {counts[index] for index in range(1, 7776)} == {8} and refused == 65536 - 8 * 7776


@pytest.mark.parametrize(
    "rules",
    [
        {"min_length": 0},
        {"min_length": 3},
        {"min_length": 20, "max_length": 19},
        {"max_length": 1025},
        {"require": ("letters",)},
        {"symbols": ""},
        {"symbols": "!!"},
        {"symbols": "a"},
        {"symbols": " "},
        {"symbols": "£"},
        {"symbols": "\t"},
    ],
    ids=str,
)
def test_rules_that_cannot_be_meant_are_refused(rules):
    """Contradicting lengths, unknown or empty classes, symbols that are none or come twice."""
    with pytest.raises(UsageProblem):
        Rules(**rules)


def test_the_bounds_of_rules():
    """The defaults, the shortest and the longest that may be asked for."""
    assert Rules() == Rules(min_length=12, max_length=64, require=("lower", "upper", "digit", "symbol"))
    assert len(password(Rules(min_length=1, max_length=1, require=()), random=repeatable(b"short"))) == 1
    assert len(password(Rules(min_length=1024, max_length=1024), random=repeatable(b"long"))) == 1024


def test_a_pin_is_digits_alone():
    """Every digit occurs, first places included; none at all is a mistake of the caller."""
    drawn = generate.pin(1000, random=repeatable(b"pin"))
    assert len(drawn) == 1000 and set(drawn) == set("0123456789")
    assert len(generate.pin(1, random=repeatable(b"pin"))) == 1
    with pytest.raises(ValueError, match="PIN"):
        generate.pin(0, random=repeatable(b"pin"))


def test_rules_that_leave_nothing_end():
    """When no candidate can pass, drawing stops with an error instead of going on for ever."""
    everything = "".join(Rules().classes().values())
    with pytest.raises(VaultError, match="no password could be drawn"):
        password(Rules(min_length=4, max_length=4, forbid_first=everything), random=repeatable_for_ever)


def repeatable_for_ever(size: int) -> bytes:
    return bytes(size)


def test_a_broken_random_source_ends():
    """A source that repeats one refused value is an error, not a hang."""
    with pytest.raises(VaultError, match="no password could be drawn"):
        password(Rules(), random=lambda size: b"\xff" * size)


WORDS = [f"word{n}" for n in range(7776)]


def test_passphrase():
    """Six words of the list by default, in the order drawn."""
    words = passphrase(WORDS, random=repeatable(b"words")).split(" ")
    assert len(words) == 6 and set(words) <= set(WORDS)
    assert words != passphrase(WORDS, random=repeatable(b"other")).split(" ")
    assert passphrase(WORDS, count=1, random=repeatable(b"words")) == words[0]
    assert len(passphrase(WORDS, count=10, random=repeatable(b"words")).split(" ")) == 10


@pytest.mark.parametrize(("words", "count"), [([], 6), (["a", "b", "a"], 6), (WORDS, 0)])
def test_a_list_that_is_no_list_is_a_mistake(words, count):
    """An empty list, a word twice or no words asked for."""
    with pytest.raises(ValueError, match="passphrase needs words"):
        passphrase(words, count=count, random=repeatable(b""))


def test_a_pin_is_digits_drawn_evenly() -> None:
    """Ten digits, each as likely as the others, and never none at all."""
    drawn = generate.pin(2000, random=repeatable(b"12345678"))
    assert set(drawn) == set("0123456789")
    assert len(drawn) == 2000
    with pytest.raises(ValueError, match="digits"):
        generate.pin(0, random=repeatable(b"12345678"))
