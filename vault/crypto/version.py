"""A version: the body of one generation of an account's secret, and its data key for each recipient.

    k_body || commitment = HKDF-SHA256(dek, salt = SHA-256(PAE(label, context)), info = label, 64)
    blob                 = 0x04 || ChaCha20-Poly1305(k_body, nonce 0, pad256(body))
    wrapped dek          = ChaCha20-Poly1305(HMAC-SHA256(commit key, PAE(label, context)), nonce 0, dek)

The AEAD does not commit to its key: one blob can open to two bodies under two keys, so an author could show
the team another password than the holder. The commitment stands in the signed entry and is checked before
anything is decrypted. The zero nonces are safe because each key has one message: a dek is drawn for one body,
and a wrap's context names account, version and recipient, one data key each. Nobody may wrap twice with one
context and commit key. A wrap has no mark: 48 bytes is its form, and the entry that lists it carries the
version of the format.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest, digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vault.crypto.hkdf import hkdf
from vault.crypto.pad import pad, unpad
from vault.crypto.pae import pae
from vault.errors import IntegrityError

BODY_LABEL = b"keyholder/v1/version-body"
WRAP_LABEL = b"keyholder/v1/version-wrap"
MARK = b"\x04"
KEY_SIZE = 32
WRAP_SIZE = KEY_SIZE + 16
BLOCK = 256

_NONCE = bytes(12)


def seal_body(dek: bytes, body: bytes, *, context: bytes) -> tuple[bytes, bytes]:
    """The sealed body and the commitment to its key. `dek` must be fresh: it is for this body alone."""
    cipher, commitment = _keys(_of_key_size(dek), context)
    return MARK + cipher.encrypt(_NONCE, pad(body, BLOCK), None), commitment


def open_body(dek: bytes, blob: bytes, *, context: bytes, commitment: bytes) -> bytes:
    """The body, if `dek` is the key that the entry commits to; IntegrityError otherwise."""
    if len(dek) != KEY_SIZE or blob[:1] != MARK:
        raise _does_not_open()
    cipher, expected = _keys(dek, context)
    if not compare_digest(expected, commitment):
        raise _does_not_open()
    try:
        return unpad(cipher.decrypt(_NONCE, blob[1:], None), BLOCK)
    except (InvalidTag, ValueError):
        raise _does_not_open() from None


def wrap(commit_key: bytes, dek: bytes, *, context: bytes) -> bytes:
    """`dek` for the recipient who has `commit_key`: 48 bytes. One data key per commit key and context."""
    return _wrapper(_of_key_size(commit_key), context).encrypt(_NONCE, _of_key_size(dek), None)


def unwrap(commit_key: bytes, wrapped: bytes, *, context: bytes) -> bytes:
    """The data key, if it was wrapped under this key for this place; IntegrityError otherwise."""
    if len(commit_key) != KEY_SIZE or len(wrapped) != WRAP_SIZE:
        raise _does_not_open()
    try:
        return _wrapper(commit_key, context).decrypt(_NONCE, wrapped, None)
    except InvalidTag:
        raise _does_not_open() from None


def _keys(dek: bytes, context: bytes) -> tuple[ChaCha20Poly1305, bytes]:
    salt = sha256(pae(BODY_LABEL, context)).digest()
    okm = hkdf(dek, salt=salt, info=BODY_LABEL, length=64)
    return ChaCha20Poly1305(okm[:32]), okm[32:]


def _wrapper(commit_key: bytes, context: bytes) -> ChaCha20Poly1305:
    # Not HKDF: the commit key is already uniform, and this runs once per account and holder.
    return ChaCha20Poly1305(digest(commit_key, pae(WRAP_LABEL, context), "sha256"))


def _of_key_size(key: bytes) -> bytes:
    if len(key) != KEY_SIZE:
        raise ValueError(f"a key has {KEY_SIZE} bytes, not {len(key)}")
    return key


def _does_not_open() -> IntegrityError:
    # One text for every cause, the wrong commitment included.
    return IntegrityError("a version's secret does not open in its place")
