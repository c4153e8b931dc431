"""A keyset on disk: sealed under a passphrase and this machine's device secret, both needed.

    header     = canonical JSON {context, cost, fingerprint, mark, nonce, salt}
    kek        = HKDF-SHA256(Argon2id(passphrase, salt, cost) || device secret,
                             salt = SHA-256(PAE(label, header)), info = label, 32)
    ciphertext = ChaCha20-Poly1305(kek, nonce, keyset secret, aad = header)
    file       = canonical JSON {ciphertext, header} || LF

Canonical: ASCII, keys in order, no space, standard base64; a file that is not byte for byte what this program
writes is refused, so there are no duplicate or unknown keys and no second spelling. The cost is judged before
it is paid. A wrong passphrase, a wrong device secret and an altered ciphertext cannot be told apart, and are
not.
"""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vault.crypto.hkdf import hkdf
from vault.crypto.keyset import SIZE, Keyset
from vault.crypto.pae import pae
from vault.crypto.stretch import CEILING, CHEAPEST_FOR_TESTS, DEFAULT, FLOOR, Cost, stretch
from vault.errors import IntegrityError, Locked, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["CEILING", "CHEAPEST_FOR_TESTS", "DEFAULT", "FLOOR", "Cost", "cost_of", "header", "lock", "unlock"]

LABEL = b"keyholder/v1/keyfile"
DEVICE_SECRET_SIZE = 32
MAX_SIZE = 8192


class _Header(NamedTuple):
    context: dict[str, str]
    cost: Cost
    fingerprint: bytes
    nonce: bytes
    salt: bytes

    def as_json(self) -> dict[str, Any]:
        memory_kib, passes, lanes = self.cost
        return {
            "context": self.context,
            "cost": {"lanes": lanes, "memory_kib": memory_kib, "passes": passes},
            "fingerprint": _text(self.fingerprint),
            "mark": LABEL.decode(),
            "nonce": _text(self.nonce),
            "salt": _text(self.salt),
        }

    def as_bytes(self) -> bytes:
        return _canonical(self.as_json())


def lock(
    keyset: Keyset,
    *,
    passphrase: str,
    device_secret: bytes,
    context: Mapping[str, str],
    random: Callable[[int], bytes],
    cost: Cost = DEFAULT,
    floor: Cost = FLOOR,
) -> bytes:
    """The file. `context` is readable by whoever has it: ids only."""
    if not cost.within(floor):
        raise UsageProblem("that passphrase cost is outside what this program accepts")
    head = _Header(dict(context), cost, keyset.fingerprint(), nonce=random(12), salt=random(16))
    kek = _kek(head, passphrase, device_secret)
    raw = _file(head, kek.encrypt(head.nonce, keyset.reveal(), head.as_bytes()))
    _parse(raw)  # never write what will not be read
    return raw


def unlock(raw: bytes, *, passphrase: str, device_secret: bytes, floor: Cost = FLOOR) -> Keyset:
    """The keyset; Locked if passphrase and device secret do not open it, IntegrityError if damaged."""
    head, ciphertext = _parse(raw)
    if not head.cost.within(floor):
        raise IntegrityError(
            "the keyset file asks for a passphrase cost outside what this program accepts",
            hint="it was altered: restore it from a backup of this machine, or report the machine lost",
        )
    try:
        secret = _kek(head, passphrase, device_secret).decrypt(head.nonce, ciphertext, head.as_bytes())
    except InvalidTag:
        raise Locked(
            "the passphrase and this machine's device secret do not open the keyset",
            hint="try the passphrase again; a keyset copied from another machine does not open here",
        ) from None
    keyset = Keyset.from_secret(secret)
    if keyset.fingerprint() != head.fingerprint:
        raise _damaged()
    return keyset


def header(raw: bytes) -> dict[str, str]:
    """The context (vault, keyset) that the file states: to find the right one; believed after `unlock`."""
    return _parse(raw)[0].context


def cost_of(raw: bytes) -> Cost:
    """What a guess at the passphrase costs, as the file states it."""
    return _parse(raw)[0].cost


def _kek(head: _Header, passphrase: str, device_secret: bytes) -> ChaCha20Poly1305:
    if len(device_secret) != DEVICE_SECRET_SIZE:
        raise IntegrityError(
            f"this machine's device.key has {len(device_secret)} bytes, not {DEVICE_SECRET_SIZE}: it is damaged",
            hint="restore it from a backup of this machine, or report the machine lost and enrol again",
        )
    guess = stretch(passphrase, salt=head.salt, cost=head.cost)
    salt = sha256(pae(LABEL, head.as_bytes())).digest()
    return ChaCha20Poly1305(hkdf(guess + device_secret, salt=salt, info=LABEL))


def _parse(raw: bytes) -> tuple[_Header, bytes]:
    if len(raw) > MAX_SIZE:
        raise _damaged()
    try:
        document = json.loads(raw.decode("ascii"))
        head = _read_header(document["header"])
        ciphertext = _sized(document["ciphertext"], SIZE + 16)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged() from None
    if _file(head, ciphertext) != raw:
        raise _damaged()
    return head, ciphertext


def _read_header(value: dict[str, Any]) -> _Header:
    cost = Cost(*(_whole(value["cost"][part]) for part in ("memory_kib", "passes", "lanes")))
    sizes = {"fingerprint": 32, "nonce": 12, "salt": 16}
    fields = {name: _sized(value[name], size) for name, size in sizes.items()}
    return _Header(_strings(value["context"]), cost, **fields)


def _whole(value: object) -> int:
    if type(value) is not int:  # True and 3.0 would be written back as they came
        raise ValueError("not a whole number")
    return value


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError("not a map of text")
    return value


def _sized(text: str, size: int) -> bytes:
    raw = a2b_base64(text)
    if len(raw) != size:
        raise ValueError("not of that size")
    return raw


def _text(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).decode()


def _file(head: _Header, ciphertext: bytes) -> bytes:
    return _canonical({"ciphertext": _text(ciphertext), "header": head.as_json()}) + b"\n"


def _canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _damaged() -> IntegrityError:
    return IntegrityError(
        "the keyset file is damaged",
        hint="restore it from a backup of this machine, or report the machine lost and enrol again",
    )
