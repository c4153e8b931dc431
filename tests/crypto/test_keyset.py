"""A keyset signs, opens, derives and names itself, and shows nothing."""

from __future__ import annotations

import pickle
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.crypto.given import official, repeatable
from vault.crypto.hpke import Opener, seal
from vault.crypto.keyset import Keyset, fingerprint
from vault.crypto.pae import pae
from vault.errors import IntegrityError

SECRET = bytes(range(64))


@pytest.mark.parametrize("case", official("rfc8032"), ids=["1", "2", "3", "1024", "SHA(abc)"])
def test_rfc_8032(case):
    """Public key and signature are those of the RFC's five Ed25519 tests."""
    keyset = Keyset(bytes(32) + bytes.fromhex(case["seed"]))
    assert keyset.sign_public.hex() == case["public"]
    assert keyset.sign(bytes.fromhex(case["message"])).hex() == case["signature"]


def test_the_two_keys_come_from_the_two_halves():
    """The first 32 bytes seal, the last 32 sign."""
    keyset = Keyset.from_secret(SECRET)
    assert keyset.kem_public == Opener(SECRET[:32]).public
    assert Keyset(bytes(32) + SECRET[32:]).sign_public == keyset.sign_public
    assert Keyset(SECRET[:32] + bytes(32)).kem_public == keyset.kem_public


def test_generate_takes_64_bytes():
    """A fresh keyset is exactly what the random source gave; the same bytes come back from reveal."""
    asked = []

    def random(size: int) -> bytes:
        asked.append(size)
        return SECRET[:size]

    assert Keyset.generate(random).reveal() == SECRET
    assert asked == [64]


@pytest.mark.parametrize("size", [0, 32, 63, 65])
def test_a_keyset_has_64_bytes(size):
    """Any other length is refused."""
    with pytest.raises(IntegrityError, match="64 secret bytes"):
        Keyset.from_secret(bytes(size))


def test_open():
    """What was sealed to its public key opens, in its place only."""
    keyset = Keyset(SECRET)
    sealed = seal(keyset.kem_public, b"x", info=b"place")
    assert keyset.open(sealed, info=b"place") == b"x"
    with pytest.raises(IntegrityError):
        keyset.open(sealed, info=b"elsewhere")


def test_signed_is_the_signature_over_the_encoded_parts():
    """The label and the boundaries between the parts are signed too."""
    keyset = Keyset(SECRET)
    signature = keyset.signed(b"label", b"a", b"bc")
    Ed25519PublicKey.from_public_bytes(keyset.sign_public).verify(signature, pae(b"label", b"a", b"bc"))
    assert signature != keyset.signed(b"label", b"ab", b"c")


def test_derive_gives_a_key_for_each_label():
    """Labels and keysets give different keys, each always the same."""
    one, two = Keyset(SECRET), Keyset.generate(repeatable(b"two"))
    assert one.derive(b"pin") == Keyset(SECRET).derive(b"pin")
    assert len({one.derive(b"pin"), one.derive(b"cache"), two.derive(b"pin")}) == 3
    assert len(one.derive(b"pin")) == 32


def test_fingerprint_names_both_public_keys():
    """It is computed from the public keys alone and changes with either."""
    keyset = Keyset(SECRET)
    expected = sha256(pae(b"keyholder/v1/keyset", keyset.kem_public, keyset.sign_public)).digest()
    assert keyset.fingerprint() == expected
    assert fingerprint(kem_public=keyset.kem_public, sign_public=keyset.sign_public) == expected
    assert Keyset(bytes(32) + SECRET[32:]).fingerprint() != expected
    assert Keyset(SECRET[:32] + bytes(32)).fingerprint() != expected


def test_nothing_shows_the_secret():
    """It prints as a keyset and cannot be pickled."""
    keyset = Keyset(SECRET)
    assert repr(keyset) == str(keyset) == "<keyset>"
    with pytest.raises(TypeError):
        pickle.dumps(keyset)
