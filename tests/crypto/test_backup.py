"""A backup is an age file: it opens with its key or passphrase only."""

from __future__ import annotations

import pyrage
import pytest

from vault.crypto.backup import decrypt, encrypt
from vault.errors import Locked, UsageProblem

ONE, TWO, OTHER = (pyrage.x25519.Identity.generate() for _ in range(3))
DATA = b"a whole vault" * 100


def test_every_recipient_opens_it():
    """A backup to two keys opens with either, and is a standard age file."""
    sealed = encrypt(DATA, recipients=[str(ONE.to_public()), f" {TWO.to_public()}\n"])
    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert decrypt(sealed, identity=str(ONE)) == decrypt(sealed, identity=f"{TWO}\n") == DATA
    assert pyrage.decrypt(sealed, [TWO]) == DATA


def test_a_passphrase_opens_it():
    """A backup under a passphrase opens with it and with no other."""
    sealed = encrypt(DATA, passphrase="six words of some list")
    assert decrypt(sealed, passphrase="six words of some list") == DATA
    with pytest.raises(Locked, match="does not open this backup"):
        decrypt(sealed, passphrase="six words of another list")


def test_a_busy_machine_is_not_a_wrong_passphrase(monkeypatch):
    """age refuses work above 16 seconds as it measures them now: asked three times, then said as what it is."""
    sealed = encrypt(DATA, passphrase="six words of some list")
    lines = sealed.split(b"\n")
    slow = b"\n".join([lines[0], lines[1].rsplit(b" ", 1)[0] + b" 30", *lines[2:]])
    with pytest.raises(Locked, match="more work than this machine") as refusal:
        decrypt(slow, passphrase="six words of some list")
    assert "six words" not in str(refusal.value) and "faster" in refusal.value.hint

    real, answers = pyrage.passphrase.decrypt, [slow, slow, sealed]
    monkeypatch.setattr(pyrage.passphrase, "decrypt", lambda _, words: real(answers.pop(0), words))
    assert decrypt(sealed, passphrase="six words of some list") == DATA


def test_what_does_not_open_is_one_refusal():
    """Another key, a damaged file, noise and a malformed key: the same words, without the key."""
    sealed = encrypt(DATA, recipients=[str(ONE.to_public())])
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for blob, identity in (
        (sealed, str(OTHER)),
        (damaged, str(ONE)),
        (sealed, "AGE-SECRET-1X"),
    ):
        with pytest.raises(Locked, match=r"^that key or passphrase does not open this backup") as refusal:
            decrypt(blob, identity=identity)
        assert identity not in str(refusal.value) and refusal.value.__cause__ is None


@pytest.mark.parametrize("data", [b"", b"noise", b"name,number\nx,1\n"])
def test_another_file_is_said_to_be_one(data):
    """Nobody looks for a better passphrase of a spreadsheet."""
    with pytest.raises(Locked, match="this is no backup"):
        decrypt(data, passphrase="six words of some list")


@pytest.mark.parametrize("given", [{}, {"recipients": [str(ONE.to_public())], "passphrase": "x"}])
def test_one_way_to_seal(given):
    """Neither nothing nor both: a passphrase beside keys would be the weaker door."""
    with pytest.raises(UsageProblem, match="name one of the two"):
        encrypt(DATA, **given)


@pytest.mark.parametrize("given", [{}, {"identity": str(ONE), "passphrase": "x"}], ids=["none", "both"])
def test_one_way_to_open(given):
    """An identity or a passphrase, not both."""
    with pytest.raises(UsageProblem, match="name one of the two"):
        decrypt(b"", **given)


@pytest.mark.parametrize(
    "recipient", ["", "age1nonsense", "ssh-ed25519 AAAA", str(ONE)], ids=["empty", "age", "ssh", "secret"]
)
def test_a_recipient_is_a_public_key(recipient):
    """Anything else is refused; a private key given by mistake is not quoted."""
    with pytest.raises(UsageProblem, match="not an age public key") as refusal:
        encrypt(DATA, recipients=[recipient])
    assert not recipient or recipient not in str(refusal.value)
