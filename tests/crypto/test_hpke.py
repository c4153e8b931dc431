"""Bytes sealed to a public key open with its private key and context, and nowhere else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tests.crypto.given import assert_only_itself_opens, official
from vault.crypto import hpke
from vault.crypto.hpke import Opener, seal, verify_public
from vault.errors import IntegrityError

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
PUBLISHED = official("hpke_mlkem768_x25519")
REFUSAL = "^a sealed value does not open in its place$"
P = 2**255 - 19


def published(name: str) -> bytes:
    return bytes.fromhex(PUBLISHED[name])


def test_published_key_pair():
    """The private key of the published vector gives its public key."""
    assert Opener(published("skRm")).public == published("pkRm")


def test_published_encryption_opens():
    """The library opens the published ciphertext, associated data included, with our parsed key."""
    first = PUBLISHED["encryptions"][0]
    sealed = published("enc") + bytes.fromhex(first["ct"])
    aad, expected = bytes.fromhex(first["aad"]), bytes.fromhex(first["pt"])
    key = Opener(published("skRm"))._key
    assert (
        openssl.hpke._decrypt_with_aad(hpke._SUITE, sealed, key, info=published("info"), aad=aad) == expected
    )


def test_published_key_schedule_opens():
    """A message sealed by hand with the published key and nonce opens through our own function."""
    body = ChaCha20Poly1305(published("key")).encrypt(published("base_nonce"), b"by hand", b"")
    sealed = b"\x01" + published("enc") + body
    assert Opener(published("skRm")).open(sealed, info=published("info")) == b"by hand"


@pytest.mark.parametrize("plaintext", [b"", b"x", bytes(32), b"y" * 5000])
def test_round_trip(plaintext):
    """What was sealed opens, with a mark in front and a fixed overhead."""
    sealed = seal(Opener(SEED).public, plaintext, info=b"place")
    assert Opener(SEED).open(sealed, info=b"place") == plaintext
    assert sealed[:1] == b"\x01"
    assert len(sealed) == len(plaintext) + hpke.OVERHEAD


def test_an_opener_opens_many():
    """One parsed key serves many seals and knows its public key."""
    opener = Opener(SEED)
    assert opener.public == Opener(SEED).public
    assert len(opener.public) == hpke.PUBLIC_SIZE
    assert [opener.open(seal(opener.public, bytes([n]), info=b""), info=b"") for n in range(3)] == [
        b"\0",
        b"\1",
        b"\2",
    ]


def test_no_altered_seal_opens():
    """Of all one-bit changes, cuts and additions none is accepted."""
    opener = Opener(SEED)
    sealed = seal(opener.public, bytes(32), info=b"place")
    assert_only_itself_opens(sealed, lambda blob: opener.open(blob, info=b"place"))


@pytest.mark.parametrize("info", [b"", b"place ", b"plac", b"Place"])
def test_another_context_is_refused(info):
    """A seal does not open in another place."""
    sealed = seal(Opener(SEED).public, b"x", info=b"place")
    with pytest.raises(IntegrityError, match=REFUSAL):
        Opener(SEED).open(sealed, info=info)


def test_another_recipient_is_refused():
    """A seal does not open for somebody else."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        Opener(OTHER).open(seal(Opener(SEED).public, b"x", info=b""), info=b"")


@pytest.mark.parametrize(
    "sealed", [b"", b"\x01", b"\x01" * 1136, b"\x02" * 1200, bytes(1200), b"\x01" * 1200]
)
def test_what_is_no_seal_is_refused(sealed):
    """Empty, short, marked otherwise or noise: one refusal."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        Opener(SEED).open(sealed, info=b"")


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31), (P - 1).to_bytes(32, "little")])
def test_a_weak_point_in_a_seal_is_refused(point):
    """An ephemeral X25519 key of small order gives the same refusal as everything else."""
    sealed = seal(Opener(SEED).public, b"x", info=b"")
    with pytest.raises(IntegrityError, match=REFUSAL):
        Opener(SEED).open(sealed[:1089] + point + sealed[1121:], info=b"")


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(size):
    """A private key of another length is refused with the same words."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        Opener(bytes(size))


@pytest.mark.parametrize(
    "public",
    [
        b"",
        Opener(SEED).public[:-1],
        Opener(SEED).public + b"\0",
        b"\xff" * 1184 + Opener(SEED).public[1184:],
        Opener(SEED).public[:1184] + bytes(32),
        Opener(SEED).public[:1184] + b"\x01" + bytes(31),
        Opener(SEED).public[:1184] + (P + 9).to_bytes(32, "little"),
        Opener(SEED).public[:1184] + (9 | 1 << 255).to_bytes(32, "little"),
    ],
    ids=["empty", "short", "long", "not ML-KEM", "zero", "small order", "not reduced", "top bit"],
)
def test_a_bad_public_key_is_refused(public):
    """Nothing is sealed to a key that is malformed, weak or spelt in a second way."""
    with pytest.raises(IntegrityError, match="not one that this vault can seal to"):
        verify_public(public)


def test_a_good_public_key_is_returned():
    """What verifies is what was asked."""
    assert verify_public(Opener(SEED).public) == Opener(SEED).public


def test_nothing_shows_the_key():
    """The parsed key does not print its bytes."""
    assert SEED.hex() not in repr(Opener(SEED)) + str(Opener(SEED))
