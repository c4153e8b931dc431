"""Details: the personal fields of a person, account, device or note, for the register only.

    with the register's key   0x02 || nonce (12) || ChaCha20-Poly1305(key, nonce, pad64(fields), aad = place)
    without it                HPKE(register epoch, pad64(fields), info = place)        (first byte 0x01)
    for who it is about       0x05 || nonce (12) || the same under HMAC-SHA256(commit key, place), a copy of the first
    place                     PAE(label, context), another label for each form

The first form costs microseconds. The second is for somebody who may write but not read (a desk, a holder):
it has no author, and the next register member rewrites it. Nonces are random: 2^32 details under one epoch's
key repeat one with probability 2^-33.
"""

from __future__ import annotations

from hmac import digest
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vault.crypto import hpke
from vault.crypto.pad import pad, unpad
from vault.crypto.pae import before, pae
from vault.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vault.crypto.hpke import Opens

LABEL = b"keyholder/v1/details"
HPKE_LABEL = b"keyholder/v1/details-hpke"
OWN_LABEL = b"keyholder/v1/details-own"
MARK = b"\x02"
OWN_MARK = b"\x05"
NONCE_SIZE = 12
KEY_SIZE = 32
BLOCK = 64

_SMALLEST = 1 + NONCE_SIZE + BLOCK + 16


class DetailsKey:
    """The register's key for details, set up once for many."""

    __slots__ = ("_cipher", "_label", "_mark")

    def __init__(self, key: bytes, *, label: bytes = LABEL, mark: bytes = MARK) -> None:
        self._cipher = ChaCha20Poly1305(key)
        self._label, self._mark = label, mark

    def seal(self, plaintext: bytes, *, context: bytes, nonce: bytes) -> bytes:
        """`plaintext` for this place. A nonce must be fresh for every call."""
        return (
            self._mark + nonce + self._cipher.encrypt(nonce, pad(plaintext, BLOCK), pae(self._label, context))
        )

    def open(self, blob: bytes, *, context: bytes) -> bytes:
        """What was sealed for this place; IntegrityError otherwise."""
        return self._open(blob, pae(self._label, context))

    def opener(self, *parts: bytes, last: int) -> Callable[[bytes, bytes], bytes]:
        """`open` for a long list: (blob, x) where each context is ``pae(*parts, x)`` and x has ``last`` bytes.

        What their places have in common is put together once. ValueError for an x of another length.
        """
        inner = before(*parts, last=last)
        ahead, open_at = before(self._label, last=len(inner) + last) + inner, self._open

        def open_one(blob: bytes, x: bytes) -> bytes:
            if len(x) != last:
                raise ValueError(f"a place that ends in {last} bytes, not {len(x)}")
            return open_at(blob, ahead + x)

        return open_one

    def _open(self, blob: bytes, place: bytes) -> bytes:
        if len(blob) < _SMALLEST or blob[:1] != self._mark:
            raise _does_not_open()
        try:
            return unpad(self._cipher.decrypt(blob[1:13], blob[13:], place), BLOCK)
        except (InvalidTag, ValueError):
            raise _does_not_open() from None


def seal_details_to(public: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    """Seal for the register without being able to read it: `public` is the register epoch's key."""
    return hpke.seal(public, pad(plaintext, BLOCK), info=pae(HPKE_LABEL, context))


def open_details_with(opener: Opens, blob: bytes, *, context: bytes) -> bytes:
    """Open the form that `seal_details_to` writes; IntegrityError otherwise."""
    try:
        return unpad(opener.open(blob, info=pae(HPKE_LABEL, context)), BLOCK)
    except ValueError:
        raise _does_not_open() from None


def seal_own(commit_key: bytes, plaintext: bytes, *, context: bytes, nonce: bytes) -> bytes:
    """A copy for one keyset, under the key that this transaction gave it; the nonce must be fresh."""
    return _own(commit_key, context).seal(plaintext, context=context, nonce=nonce)


def open_own(commit_key: bytes, blob: bytes, *, context: bytes) -> bytes:
    """The copy that was sealed for this place; IntegrityError otherwise."""
    return _own(commit_key, context).open(blob, context=context)


def _own(commit_key: bytes, context: bytes) -> DetailsKey:
    if len(commit_key) != KEY_SIZE:
        raise ValueError(f"a commit key has {KEY_SIZE} bytes, not {len(commit_key)}")
    return DetailsKey(digest(commit_key, pae(OWN_LABEL, context), "sha256"), label=OWN_LABEL, mark=OWN_MARK)


def is_hpke_form(blob: bytes) -> bool:
    """True if the register's private key is needed, False if its details key should open it."""
    return blob[:1] == hpke.MARK


def _does_not_open() -> IntegrityError:
    return IntegrityError("sealed details do not open in their place")
