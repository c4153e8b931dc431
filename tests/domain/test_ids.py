"""Ids: one spelling, ten random bytes, a closed list of prefixes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.domain.ids import Prefix, check_id, new_id
from vault.errors import UsageProblem


@given(st.binary(min_size=10, max_size=10), st.sampled_from(Prefix))
def test_new_id_is_accepted(drawn: bytes, prefix: Prefix) -> None:
    """Every id that is made is one that is accepted, and as long as any other."""
    text = new_id(prefix, lambda _: drawn)
    assert check_id(prefix, text) == text
    assert len(text) == 20


def test_known_id() -> None:
    """The spelling is RFC 4648 base32 in lower case."""
    assert new_id(Prefix.ACCOUNT, lambda n: bytes(range(n))) == "acc-aaaqeayeaudaocaj"


def test_short_randomness_is_a_mistake() -> None:
    """A source that gives too few bytes is never padded."""
    with pytest.raises(ValueError, match="10 random bytes"):
        new_id(Prefix.PERSON, lambda n: bytes(n - 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "per-",
        "per-aaaaaaaaaaaaaaa",
        "per-aaaaaaaaaaaaaaaaa",
        "per-AAAAAAAAAAAAAAAA",
        "per-aaaaaaaaaaaaaaa1",
        "acc-aaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaa",
        "per-aaaaaaaaaaaaaaaa\n",
        "peraaaaaaaaaaaaaaaaa",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Wrong kind, case, length or letter is no id."""
    with pytest.raises(UsageProblem):
        check_id(Prefix.PERSON, text)


def test_prefixes() -> None:
    """The list of prefixes is closed: the log's readers know it."""
    wanted = "per kst acc dev grt tem req rot clm not epo inv bat wit rec"
    assert " ".join(Prefix) == wanted
