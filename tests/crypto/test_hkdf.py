"""HKDF-SHA256 gives what RFC 5869 says."""

from __future__ import annotations

from hmac import digest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crypto.given import official, wycheproof
from vault.crypto.hkdf import hkdf


def by_hand(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, section 2, from HMAC alone."""
    prk, okm, block = digest(salt or bytes(32), secret, "sha256"), b"", b""
    while len(okm) < length:
        block = digest(prk, block + info + bytes([len(okm) // 32 + 1]), "sha256")
        okm += block
    return okm[:length]


@pytest.mark.parametrize("case", official("rfc5869"), ids=["basic", "longer", "empty salt and info"])
def test_rfc_5869(case):
    """The three SHA-256 cases of the RFC."""
    secret, salt, info = (bytes.fromhex(case[name]) for name in ("IKM", "salt", "info"))
    assert hkdf(secret, salt=salt, info=info, length=case["L"]).hex() == case["OKM"]


def test_wycheproof():
    """Every valid case of Wycheproof; the invalid ones ask for more than HKDF can give."""
    cases = wycheproof("hkdf_sha256")
    valid = [case for _group, case in cases if case["result"] == "valid"]
    for case in valid:
        secret, salt, info = (bytes.fromhex(case[name]) for name in ("ikm", "salt", "info"))
        assert hkdf(secret, salt=salt, info=info, length=case["size"]).hex() == case["okm"]
    assert (len(cases), len(valid)) == (86, 83)


@given(
    st.binary(min_size=1, max_size=64), st.binary(max_size=32), st.binary(max_size=40), st.integers(1, 100)
)
def test_a_second_implementation_agrees(secret, salt, info, length):
    """Written again from the RFC, it gives the same bytes."""
    expected = by_hand(secret, salt=salt, info=info, length=length)
    assert hkdf(secret, salt=salt, info=info, length=length) == expected


def test_a_key_has_32_bytes_by_default():
    """Who asks for no length gets a key."""
    assert len(hkdf(b"secret", info=b"")) == 32
