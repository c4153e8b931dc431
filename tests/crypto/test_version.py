"""A version's body opens under the one key that its entry commits to; a wrap opens for its recipient and place."""

from __future__ import annotations

import time
from hashlib import sha256
from itertools import count

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from tests.crypto.given import assert_only_itself_opens, repeatable
from vault.crypto import version
from vault.crypto.hkdf import hkdf
from vault.crypto.pae import pae
from vault.crypto.version import open_body, seal_body, unwrap, wrap
from vault.errors import IntegrityError

RANDOM = repeatable(b"version")
DEK, OTHER_DEK, COMMIT_KEY, OTHER_COMMIT_KEY = (RANDOM(32) for _ in range(4))
BODY, CONTEXT = b'{"password":"correct horse"}', b"vault, account a-1, version 7"
ELSEWHERE = [
    b"vault, account a-2, version 7",
    b"vault, account a-1, version 8",
    b"other, account a-1, version 7",
    b"",
]
BLOB, COMMITMENT = seal_body(DEK, BODY, context=CONTEXT)
REFUSAL = "^a version's secret does not open in its place$"


@pytest.mark.parametrize("body", [b"", BODY, b"x" * 255, b"x" * 256, bytes(3000)])
def test_round_trip(body):
    """The body comes back; its length shows by 256 bytes only."""
    blob, commitment = seal_body(DEK, body, context=CONTEXT)
    assert open_body(DEK, blob, context=CONTEXT, commitment=commitment) == body
    assert len(commitment) == 32
    assert blob[:1] == b"\x04" and len(blob) == 1 + 256 * (len(body) // 256 + 1) + 16


def test_no_altered_body_opens():
    """Of all one-bit changes, cuts and additions of blob or commitment none is accepted."""
    assert_only_itself_opens(BLOB, lambda blob: open_body(DEK, blob, context=CONTEXT, commitment=COMMITMENT))
    assert_only_itself_opens(
        COMMITMENT, lambda commitment: open_body(DEK, BLOB, context=CONTEXT, commitment=commitment)
    )


@pytest.mark.parametrize("context", ELSEWHERE)
def test_a_body_opens_in_its_place_only(context):
    """Another account, version or vault is refused."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_body(DEK, BLOB, context=context, commitment=COMMITMENT)


@pytest.mark.parametrize("dek", [OTHER_DEK, b"", DEK[:31], DEK + b"\0"])
def test_another_key_is_refused(dek):
    """Only the data key that it was sealed with opens a body."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_body(dek, BLOB, context=CONTEXT, commitment=COMMITMENT)


def test_what_was_not_padded_is_refused():
    """Sealed with the right key but not in our form: refused."""
    cipher, commitment = version._keys(DEK, CONTEXT)
    blob = b"\x04" + cipher.encrypt(bytes(12), b"x" * 256, None)
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_body(DEK, blob, context=CONTEXT, commitment=commitment)


# Invisible salamanders (Dodis, Grubbs, Ristenpart, Woodage, 2018) against ChaCha20-Poly1305: Poly1305 is linear in
# each block, so with two free blocks one tag can be made right under two keys.

P1305 = 2**130 - 5


def _stream(dek: bytes, size: int) -> tuple[int, int, bytes]:
    """The one-time Poly1305 key (r, s) and the key stream of a body under this data key."""
    k_body = hkdf(
        dek, salt=sha256(pae(version.BODY_LABEL, CONTEXT)).digest(), info=version.BODY_LABEL, length=64
    )[:32]
    stream = Cipher(algorithms.ChaCha20(k_body, bytes(16)), None).encryptor().update(bytes(64 + size))
    r = int.from_bytes(stream[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    return r, int.from_bytes(stream[16:32], "little"), stream[64:]


def _twins(size: int) -> tuple[bytes, bytes]:
    """Two data keys under whose streams the last byte of one ciphertext is the end of the padding."""
    wanted = _stream(DEK, size)[2][-1]
    return DEK, next(
        dek for n in count() if _stream(dek := sha256(b"%d" % n).digest(), size)[2][-1] == wanted
    )


def _salamander(deks: tuple[bytes, bytes], size: int) -> bytes:
    """One blob that is valid under both data keys."""
    (r1, s1, stream), (r2, s2, _) = (_stream(dek, size) for dek in deks)
    text = BODY.ljust(size - 1, b".") + b"\x80"
    blocks = [
        bytes(a ^ b for a, b in zip(text[i : i + 16], stream[i:], strict=False)) for i in range(0, size, 16)
    ]
    blocks.append(bytes(8) + size.to_bytes(8, "little"))
    x, y = 4, 5  # the two free blocks
    n = len(blocks)

    def rest(r: int) -> int:
        """Poly1305 of everything but the two free blocks' own bytes."""
        values = [(0 if i in (x, y) else int.from_bytes(b, "little")) + 2**128 for i, b in enumerate(blocks)]
        return sum(value * pow(r, n - i, P1305) for i, value in enumerate(values)) % P1305

    a, b, c, d = (pow(r, n - i, P1305) for r in (r1, r2) for i in (x, y))
    inverse = pow(a * d - b * c, -1, P1305)
    for tag in count():
        h1, h2 = (tag - s1) % 2**128 - rest(r1), (tag - s2) % 2**128 - rest(r2)
        free = ((d * h1 - b * h2) * inverse % P1305, (a * h2 - c * h1) * inverse % P1305)
        if max(free) < 2**128:
            blocks[x], blocks[y] = (value.to_bytes(16, "little") for value in free)
            return version.MARK + b"".join(blocks[:-1]) + tag.to_bytes(16, "little")
    raise AssertionError


def test_one_blob_for_two_keys_is_refused(monkeypatch):
    """An author who shows the team one password and the holder another is stopped by the commitment.

    With the comparison taken away both keys open the blob, to different bodies: the attack is real.
    """
    deks = _twins(256)
    blob = _salamander(deks, 256)
    commitments = [version._keys(dek, CONTEXT)[1] for dek in deks]
    bodies = [
        open_body(dek, blob, context=CONTEXT, commitment=commitment)
        for dek, commitment in zip(deks, commitments, strict=True)
    ]
    assert bodies[0] != bodies[1] and bodies[0].startswith(BODY)
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_body(deks[1], blob, context=CONTEXT, commitment=commitments[0])
    monkeypatch.setattr(version, "compare_digest", lambda *_: True)
    assert open_body(deks[1], blob, context=CONTEXT, commitment=commitments[0]) == bodies[1]


def test_the_commitment_is_checked_before_anything_is_decrypted(monkeypatch):
    """With a wrong commitment the cipher is never asked."""

    class Untouched:
        def decrypt(self, *_: object) -> bytes:
            pytest.fail("decrypted before the commitment was checked")

    keys = version._keys
    monkeypatch.setattr(version, "_keys", lambda *given: (Untouched(), keys(*given)[1]))
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_body(DEK, BLOB, context=CONTEXT, commitment=bytes(32))


def test_wrap_round_trip():
    """A data key of 32 bytes is wrapped in 48 and comes back."""
    wrapped = wrap(COMMIT_KEY, DEK, context=CONTEXT)
    assert len(wrapped) == 48
    assert unwrap(COMMIT_KEY, wrapped, context=CONTEXT) == DEK


def test_no_altered_wrap_opens():
    """Of all one-bit changes, cuts and additions none is accepted."""
    wrapped = wrap(COMMIT_KEY, DEK, context=CONTEXT)
    assert_only_itself_opens(wrapped, lambda blob: unwrap(COMMIT_KEY, blob, context=CONTEXT))


@pytest.mark.parametrize("context", ELSEWHERE)
def test_a_wrap_opens_in_its_place_only(context):
    """Another account, version or vault is refused."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        unwrap(COMMIT_KEY, wrap(COMMIT_KEY, DEK, context=CONTEXT), context=context)


@pytest.mark.parametrize("commit_key", [OTHER_COMMIT_KEY, b"", COMMIT_KEY[:31], COMMIT_KEY + b"\0"])
def test_a_wrap_opens_for_its_recipient_only(commit_key):
    """Another recipient's commit key is refused."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        unwrap(commit_key, wrap(COMMIT_KEY, DEK, context=CONTEXT), context=CONTEXT)


def test_each_wrap_has_a_key_of_its_own():
    """The nonce is always zero, so two places or two recipients never share a key stream."""
    wraps = {
        wrap(key, DEK, context=place) for key in (COMMIT_KEY, OTHER_COMMIT_KEY) for place in (CONTEXT, b"")
    }
    assert len({wrapped[:32] for wrapped in wraps}) == 4


@pytest.mark.parametrize("size", [0, 31, 33])
def test_keys_have_32_bytes(size):
    """Sealing with another length is a mistake of the caller."""
    short = bytes(size)
    for mistake in (
        lambda: seal_body(short, BODY, context=CONTEXT),
        lambda: wrap(short, DEK, context=CONTEXT),
        lambda: wrap(COMMIT_KEY, short, context=CONTEXT),
    ):
        with pytest.raises(ValueError, match="32 bytes"):
            mistake()


@pytest.mark.slow
def test_bulk_wrapping_is_quick():
    """20,000 wraps (1,000 accounts, 20 holders) take well under a second even on a busy machine."""
    contexts = [b"%d" % n for n in range(20_000)]
    started = time.perf_counter()
    for context in contexts:
        wrap(COMMIT_KEY, DEK, context=context)
    assert time.perf_counter() - started < 1.0
