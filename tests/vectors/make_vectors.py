"""Write tests/vectors/ours: what this version of the format makes of known inputs.

    python -m tests.vectors.make_vectors

The files are frozen: a change in one of them is a change of the format, and old vaults must still open. Randomness
is a fixed stream, so everything but HPKE is compared byte for byte. HPKE draws its own randomness inside the library:
a sealed blob is made once, kept, and must open to what the file says. Keys are written in clear: they open nothing.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vault.crypto import details, epoch, hpke, keyfile, kit, version
from vault.crypto.hpke import Opener
from vault.crypto.keyset import Keyset
from vault.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = Path(__file__).parent / "ours"

Vector = dict[str, Any]


def key(name: str, size: int = 32) -> bytes:
    """A known key for each name."""
    return (sha256(b"keyholder test vector " + name.encode()).digest() * 2)[:size]


def _kept(held: Vector, field: str, opens: Callable[[bytes], object], make: Callable[[], bytes]) -> str:
    """The sealed blob in the file if it still opens as it must, a new one otherwise."""
    try:
        opens(bytes.fromhex(held[field]))
    except (KeyError, IntegrityError):
        return make().hex()
    return str(held[field])


def hpke_vector(held: Vector) -> Vector:
    seed, info, plaintext = key("hpke"), b"context", b"thirty-two bytes of some secret."
    opener = Opener(seed)

    def opens(blob: bytes) -> None:
        assert opener.open(blob, info=info) == plaintext

    return {
        "seed": seed.hex(),
        "public": opener.public.hex(),
        "info": info.hex(),
        "plaintext": plaintext.hex(),
        "sealed": _kept(held, "sealed", opens, lambda: hpke.seal(opener.public, plaintext, info=info)),
    }


def keyset_vector(_held: Vector) -> Vector:
    keyset = Keyset(key("keyset", 64))
    return {
        "secret": keyset.reveal().hex(),
        "kem_public": keyset.kem_public.hex(),
        "sign_public": keyset.sign_public.hex(),
        "fingerprint": keyset.fingerprint().hex(),
        "derived": {"label": "pin", "key": keyset.derive(b"pin").hex()},
        "signed": {"label": "join", "parts": ["vault", "person"], "signature": _join(keyset).hex()},
    }


def _join(keyset: Keyset) -> bytes:
    return keyset.signed(b"join", b"vault", b"person")


def keyfile_vector(_held: Vector) -> Vector:
    keyset, device_secret = Keyset(key("keyset", 64)), key("device secret")
    passphrase = "café crème: six words \u2126"
    draws = {12: key("nonce", 12), 16: key("salt", 16)}
    raw = keyfile.lock(
        keyset,
        passphrase=passphrase,
        device_secret=device_secret,
        context={"vault": "00" * 32, "keyset": "k-0123456789abcdef"},
        cost=keyfile.Cost(64, 2, 2),
        floor=keyfile.CHEAPEST_FOR_TESTS,
        random=draws.__getitem__,
    )
    return {"passphrase": passphrase, "device_secret": device_secret.hex(), "file": raw.decode()}


def kit_vector(_held: Vector) -> Vector:
    secret = key("kit")
    return {
        "secret": secret.hex(),
        "lines": kit.encode(secret),
        "keyset": kit.keyset_from_kit(secret).reveal().hex(),
    }


def epoch_vector(held: Vector) -> Vector:
    current, previous = epoch.EpochKey(key("epoch 2")), epoch.EpochKey(key("epoch 1"))
    member, info = Opener(key("member")), b"vault, team, epoch 2, keyset"

    def opens(blob: bytes) -> None:
        epoch.open_epoch(member, blob, info=info, public=current.public)

    return {
        "seed": current.reveal().hex(),
        "public": current.public.hex(),
        "details_key": current.details_key().hex(),
        "member_seed": key("member").hex(),
        "info": info.hex(),
        "seal": _kept(held, "seal", opens, lambda: epoch.seal_epoch(current, to=member.public, info=info)),
        "previous_seed": previous.reveal().hex(),
        "previous_public": previous.public.hex(),
        "predecessor": epoch.seal_predecessor(current, previous, info=info).hex(),
    }


def details_vector(held: Vector) -> Vector:
    current, context, plaintext = epoch.EpochKey(key("epoch 2")), b"vault, person p-1", b'{"name":"Jane Doe"}'
    blob = details.DetailsKey(current.details_key()).seal(plaintext, context=context, nonce=key("nonce", 12))

    def opens(blob: bytes) -> None:
        assert details.open_details_with(current, blob, context=context) == plaintext

    return {
        "epoch_seed": current.reveal().hex(),
        "context": context.hex(),
        "plaintext": plaintext.hex(),
        "nonce": key("nonce", 12).hex(),
        "blob": blob.hex(),
        "hpke_blob": _kept(
            held,
            "hpke_blob",
            opens,
            lambda: details.seal_details_to(current.public, plaintext, context=context),
        ),
    }


def version_vector(_held: Vector) -> Vector:
    dek, commit_key, context = key("dek"), key("commit key"), b"vault, account a-1, version 7"
    body = b'{"card":{},"password":"correct horse"}'
    blob, commitment = version.seal_body(dek, body, context=context)
    return {
        "dek": dek.hex(),
        "context": context.hex(),
        "body": body.hex(),
        "blob": blob.hex(),
        "commitment": commitment.hex(),
        "commit_key": commit_key.hex(),
        "wrapped": version.wrap(commit_key, dek, context=context).hex(),
    }


BUILDERS: dict[str, Callable[[Vector], Vector]] = {
    "hpke": hpke_vector,
    "keyset": keyset_vector,
    "keyfile": keyfile_vector,
    "kit": kit_vector,
    "epoch": epoch_vector,
    "details": details_vector,
    "version": version_vector,
}


def held(name: str) -> Vector:
    """What the file of that name says; nothing if there is none yet."""
    path = OURS / f"{name}.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def main() -> None:
    OURS.mkdir(exist_ok=True)
    for name, build in BUILDERS.items():
        (OURS / f"{name}.json").write_text(json.dumps(build(held(name)), indent=1) + "\n")


if __name__ == "__main__":
    main()
