"""Ed25519 accepts what RFC 8032 accepts, and no key under which everything verifies."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit import keys
from audit.errors import BadKey, BadSignature
from tests.audit.given import ADA, BEA, vectors

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)

# RFC 8032, section 7.1, tests 1 to 3: public key, message, and the two halves of the signature.
RFC_8032 = """
d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a
-
e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c
72
92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025
af82
6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
""".replace("-", "").split("\n")[1:-1]


@pytest.mark.parametrize("at", [0, 4, 8])
def test_rfc_8032_vectors(at):
    """The RFC's own signatures verify, and not over one byte more."""
    public, message, first, second = (bytes.fromhex(each) for each in RFC_8032[at : at + 4])
    signature = first + second
    assert keys.verify(public, message, signature) == message
    with pytest.raises(BadSignature):
        keys.verify(public, message + b"\0", signature)


def test_wycheproof():
    """All 151 Wycheproof cases come out as published."""
    seen = 0
    for group in vectors("wycheproof", "testvectors_v1", "ed25519_test.json")["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            seen += 1
            message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
            if case["result"] == "valid":
                assert keys.verify(public, message, signature) == message
            else:
                with pytest.raises(BadSignature):
                    keys.verify(public, message, signature)
    assert seen == 151


def add(a, b):
    """Point addition on the curve -x^2 + y^2 = 1 + d x^2 y^2, straight from RFC 8032, section 5.1.4."""
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def square_root(n: int) -> int | None:
    root = pow(n, (P + 3) // 8, P)
    return next((each % P for each in (root, root * ROOT_OF_MINUS_1) if each * each % P == n % P), None)


def point(y: int):
    x = square_root((y * y - 1) * pow(D * y * y + 1, -1, P))
    return None if x is None else (x, y)


def times(n: int, a):
    total = (0, 1)
    while n:
        total, a, n = (add(total, a) if n & 1 else total), add(a, a), n >> 1
    return total


ORDER = 2**252 + 27742317777372353535851937790883648493


def small_order_points():
    """Multiples of a point left over when the prime order is multiplied away: found, not copied."""
    for y in range(2, 50):
        base = point(y)
        rest = base and times(ORDER, base)
        if rest and times(4, rest) != (0, 1):
            return [times(n, rest) for n in range(8)]
    raise AssertionError("no point of order 8")


def small_order_encodings():
    """All 14: each y as it is and, where it still fits 255 bits, plus p; each with both sign bits."""
    for y in {y for _, y in small_order_points()}:
        for spelt in (y, y + P):
            if spelt < 2**255:
                for sign in (0, 1):
                    yield (spelt | sign << 255).to_bytes(32, "little")


ENCODINGS = sorted(small_order_encodings())


NONCANONICAL = [
    (y | sign << 255).to_bytes(32, "little") for y in (P, P + 1, P + 2, 2**255 - 1) for sign in (0, 1)
]


def test_there_are_fourteen_small_order_encodings():
    """The list the next test walks is complete."""
    assert len(set(ENCODINGS)) == 14 and len(set(small_order_points())) == 8


@pytest.mark.parametrize("raw", ENCODINGS, ids=bytes.hex)
def test_small_order_keys_are_refused(raw):
    """No encoding of a point of small order is a key, neither enrolled nor when verified."""
    with pytest.raises(BadKey):
        keys.check_public_key(raw)
    with pytest.raises(BadKey):
        keys.verify(raw, b"anything", bytes(64))


def test_the_library_below_accepts_such_a_signature():
    """Why the check is ours: under a small-order key OpenSSL verifies one signature over many messages."""
    neutral, signature = (1).to_bytes(32, "little"), (1).to_bytes(32, "little") + bytes(32)
    for message in (b"I did", b"I did not"):
        Ed25519PublicKey.from_public_bytes(neutral).verify(signature, message)


@pytest.mark.parametrize("raw", NONCANONICAL, ids=bytes.hex)
def test_keys_with_a_second_spelling_are_refused(raw):
    """A coordinate of p or more is another spelling of a smaller one."""
    with pytest.raises(BadKey, match=r"canonical"):
        keys.check_public_key(raw)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_or_signature_of_another_length_is_refused(length):
    """Lengths are checked before anything else."""
    with pytest.raises(BadKey, match="32 bytes"):
        keys.check_public_key(b"\x07" * length)
    with pytest.raises(BadSignature, match="64 bytes"):
        keys.verify(ADA.public, b"m", bytes(length if length != 64 else 65))


def test_a_signature_fits_one_key_and_one_message():
    """Another key, another message or any changed bit of the signature is refused."""
    signature = ADA.sign(b"m")
    assert keys.verify(ADA.public, b"m", signature) == b"m"
    for public, message in [(BEA.public, b"m"), (ADA.public, b"n")]:
        with pytest.raises(BadSignature):
            keys.verify(public, message, signature)
    for at in range(0, 512, 7):
        bad = (int.from_bytes(signature, "big") ^ 1 << at).to_bytes(64, "big")
        with pytest.raises(BadSignature):
            keys.verify(ADA.public, b"m", bad)
