"""A passphrase of one's own is long and not what everybody here would try; generated words pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crypto.given import repeatable
from vault.crypto.generate import Rules, passphrase, password
from vault.crypto.strength import check_passphrase
from vault.errors import UsageProblem

PERSONAL = ["Jane Doe", "jane.doe@surrey.police.example", "Surrey Police", "PC 12345"]
EFF = (Path(__file__).parents[2] / "audit" / "eff_large.txt").read_text().split()


@pytest.mark.parametrize(
    "text",
    [
        "staple harbour violin",
        "my aunt keeps seven geese",
        "Mein Dackel frisst Kreide",
        "κάθε μέρα βρέχει λίγο",
        "x7#kQ9$wZ!tB4&mN",
        "the police never find my spoons",
        "a" * 10 + " bramble thicket",
        "quince" * 2 + "harbour violin",
        "x" + "bramble thicket " * 60,
        "tsaneltnasletsan",
        "thimblerivers" * 2,
        "password brambles",
        "brambles password",
        "password wer bramble",
    ],
)
def test_good_passphrases_pass(text):
    """Long and unforeseen is enough, in any script; there are no rules of composition."""
    check_passphrase(text, personal=PERSONAL)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "at least 15"),
        ("fourteen chars", "at least 15"),
        ("e\u0301" * 14, "at least 15"),
        ("bramble thicket " * 65, "at most 1024"),
        ("aaaaaaaaaaaaaaaaaaaa", "repeats"),
        ("abababababababababab", "repeats"),
        ("bramble!bramble!bramble!", "repeats"),
        ("abcdeedcbaabcdeabcde", "repeats"),
        ("8372 1946 5502 7718", "digits and signs"),
        ("!$%&/()=?#+*~-_.:,;", "digits and signs"),
        ("correct horse battery staple", "everybody knows"),
        ("To be, or not to be: that is the question", "everybody knows"),
        ("keyholder2026keyholder", "first"),
        ("Keyholder-Police-2026!", "first"),
        ("PoliceDigitalMediaTeam1", "first"),
        ("Surrey-Police-Digital-1", "first"),
        ("JaneDoe!JaneDoe?2026", "first"),
        ("doe.surrey.12345.jane", "first"),
        ("qwertyuiopasdfghjkl", "first"),
        ("lkjhgfdsapoiuytrewq", "first"),
        ("1qaz2wsx3edc4rfv!", "first"),
        ("abcdefghijklmnop1234567890", "first"),
        ("P@ssw0rd P@ssw0rd 2026", "first"),
        ("summer2026winter2027", "first"),
        ("password xyz password 1", "first"),
        ("tsanetnasetsanet", "repeats"),
        ("thimbleriver" * 2, "repeats"),
        ("brambles" * 2, "repeats"),
        ("password bramble", "first"),
        ("password qwer bramble", "first"),
        ("password qwert bramble", "first"),
        ("passwordbrambleqwer", "first"),
        ("qwertyuiopbramble", "first"),
    ],
)
def test_bad_passphrases_are_refused_with_the_reason(text, why):
    """Too short, too long, repeating, digits, well known, or made of words that anybody here would try."""
    with pytest.raises(UsageProblem, match=why) as refusal:
        check_passphrase(text, personal=PERSONAL)
    assert not text or text not in str(refusal.value) + refusal.value.hint


def test_the_persons_own_words_count():
    """The same passphrase passes for somebody else."""
    check_passphrase("Thistlewood-Marmaduke-7", personal=["Jane Doe"])
    with pytest.raises(UsageProblem, match="first"):
        check_passphrase("Thistlewood-Marmaduke-7", personal=["Marmaduke Thistlewood"])


def test_short_names_do_not_take_words_apart():
    """A name of three letters does not spoil the words that it occurs in."""
    check_passphrase("annual manners planned", personal=["Ann", "Man", ""])
    check_passphrase("oak elm ash yew fig", personal=["Oak Elm Ash", "Yew Fig"])


def test_fifteen_is_enough_and_1024_is_taken():
    """The bounds themselves are allowed."""
    check_passphrase("staple harbours", personal=[])
    check_passphrase("".join(EFF)[:1024], personal=[])


@given(st.binary(min_size=8, max_size=8))
def test_generated_words_pass(seed):
    """Six words of the EFF list are never refused, whatever the person is called."""
    check_passphrase(passphrase(EFF, random=repeatable(seed)), personal=PERSONAL)


@given(st.binary(min_size=8, max_size=8))
def test_generated_passwords_pass(seed):
    """Nor is a generated password."""
    check_passphrase(password(Rules(), random=repeatable(seed)), personal=PERSONAL)
