"""A witness on its own machine: one folder, one key, one head for each log.

    key.json            the witness's name and the seed of its Ed25519 key, for its owner only
    lock                held while a head is judged and its outcome written
    <SHA-256 of the origin in hex>.json         what is remembered of that log
    evidence/<origin>-<size>-<digest>           signed heads of a second history, kept as they came

A cosignature leaves after what it says is durable: written to a new file, fsync, renamed, fsync of the folder. A
crash before the rename leaves the old state, and no cosignature left; after it the new state, which asks for a
proof from there. So of two histories one at most is ever cosigned.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from audit import b64, checkpoint, cosignature, keys, note
from audit.errors import AuditError, BadWitness, Declined, Forked
from audit.folder import Folder
from audit.note import Vkey
from audit.signers import Signer
from audit.witness import (
    Known,
    Read,
    Unknown,
    check_request,
    parse_request,
    read_export,
)
from audit.words import VaultId


class Witness:
    """The witness in a folder. `clock` gives seconds since 1970."""

    def __init__(self, folder: Path, *, clock: Callable[[], int]) -> None:
        self.folder, self._clock = folder, clock
        try:
            stored = json.loads((folder / "key.json").read_bytes())
            self._seed = b64.decode_sized(stored["seed"], keys.KEY_SIZE)
            name = note.check_name(stored["name"])
        except FileNotFoundError as exc:
            raise BadWitness(f"there is no witness in {folder}: make one first") from exc
        except (ValueError, KeyError, TypeError) as exc:
            raise BadWitness(f"{folder / 'key.json'} does not hold a witness's key") from exc
        self.key = Vkey(name, note.COSIGNATURE, _public(self._seed))

    @classmethod
    def create(cls, folder: Path, *, name: str, seed: bytes, clock: Callable[[], int]) -> Witness:
        """A new witness in a new or empty folder."""
        note.check_name(name)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.iterdir()):
            raise BadWitness(f"{folder} is not empty: a witness's key is never replaced")
        kept = {"name": name, "seed": b64.encode(seed)}
        _write(folder / "key.json", json.dumps(kept).encode() + b"\n")
        return cls(folder, clock=clock)

    @property
    def vkey(self) -> str:
        """The verifier key, for the vault and for whoever checks its cosignatures."""
        return note.vkey(self.key.name, self.key.public, note.COSIGNATURE)

    def known(self) -> list[Known]:
        """Every log that it knows."""
        found = (self._load(path) for path in sorted(self.folder.glob("*.json")) if len(path.stem) == 64)
        return [each for each in found if each is not None]

    def add_checkpoint(self, raw: bytes) -> str:
        """Judge the request, remember its head, and answer with the cosignature; Declined or Forked otherwise."""
        asked = parse_request(raw)
        with self._locked():
            known = self._load(self._path(asked.head.origin))
            if known is None:
                raise Unknown(f"the log {asked.head.origin} is not known here")
            with self._evidence(known):
                check_request(known, asked)
            return self._cosign(known, asked.note)

    def read(self, export: Path, vault_id: VaultId | None = None) -> str:
        """Read what is new in an export, remember its head, and answer with the cosignature."""
        folder = Folder(export)
        _, head = folder.head()
        with self._locked():
            known = self._load(self._path(head.origin))
            with self._evidence(known):
                after, raw = read_export(known, folder, vault_id)
            return self._cosign(after, raw)

    def latest(self, origin_hash: str) -> str:
        """The checkpoint cosigned last of the log whose origin has that SHA-256; Unknown if there is none."""
        path = self.folder / f"{origin_hash}.json"
        known = self._load(path) if len(origin_hash) == 64 and origin_hash.isalnum() else None
        if known is None or not known.note:
            raise Unknown("no checkpoint of that log was cosigned here")
        return known.note

    def _cosign(self, known: Known, raw: bytes) -> str:
        """The state is durable before the cosignature is returned to anybody."""
        read = note.parse(raw)
        head, at = checkpoint.parse_text(read.text), self._clock()
        if at < known.at:
            raise Declined(f"the clock says {at}, and a head was cosigned at {known.at}: set it right first")
        line = cosignature.line(self.key, self._sign(read.text, at))
        whole = read.text.decode() + "\n" + _signed_by_log(known, read) + line
        self._keep(replace(known, size=head.size, root=head.root, at=at, note=whole))
        return line

    def _sign(self, text: bytes, at: int) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(self._seed)
        return cosignature.sign(text, at=at, public=self.key.public, sign=private.sign)

    @contextmanager
    def _evidence(self, known: Known | None) -> Iterator[None]:
        """Keep the signed head of a second history: whoever made it will not show it again."""
        try:
            yield
        except Forked as exc:
            assert known is not None  # noqa: S101 - there is no second history of a log without a first
            raw = exc.theirs.encode()
            name = f"{self._path(known.origin).stem}-{known.size}-{sha256(raw).hexdigest()[:16]}"
            (self.folder / "evidence").mkdir(exist_ok=True)
            _write(self.folder / "evidence" / name, f"{known.note}\n{exc.theirs}".encode())
            raise

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One request at a time, over all threads and processes of this machine."""
        handle = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _path(self, origin: str) -> Path:
        return self.folder / f"{sha256(origin.encode()).hexdigest()}.json"

    def _load(self, path: Path) -> Known | None:
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return _decode(json.loads(raw))
        except (ValueError, KeyError, TypeError) as exc:
            raise AuditError(
                f"{path} is damaged: nothing is cosigned for that log until it is restored; do not delete it, "
                "or the witness forgets what it has seen"
            ) from exc

    def _keep(self, known: Known) -> None:
        _write(self._path(known.origin), json.dumps(_encode(known), indent=1).encode() + b"\n")


def _signed_by_log(known: Known, head: note.Note) -> str:
    """The signature lines by keys of the log; those of strangers were not looked at, and are not kept."""
    ids = {note.key_id(known.origin, note.ED25519, each.public) for each in known.signers}
    ours = (each for each in head.signatures if each.name == known.origin and each.key_id in ids)
    return "".join(f"\u2014 {each.name} {b64.encode(each.key_id + each.value)}\n" for each in ours)


def _public(seed: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and durable when this returns."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _encode(known: Known) -> dict[str, Any]:
    return {
        "origin": known.origin,
        "vault_id": None if known.vault_id is None else known.vault_id.hex(),
        "cosigned": {
            "size": known.size,
            "root": b64.encode(known.root),
            "at": known.at,
            "note": known.note,
        },
        "read": {
            "size": known.read.size,
            "last": b64.encode(known.read.last),
            "frontier": b64.encode(known.read.frontier),
        },
        "signers": [
            [each.id, b64.encode(each.public), each.added, each.revoked, each.vouches]
            for each in known.signers
        ],
    }


def _decode(kept: dict[str, Any]) -> Known:
    cosigned, read, vault_id = kept["cosigned"], kept["read"], kept["vault_id"]
    signers = tuple(
        Signer(id_, b64.decode_sized(public, keys.KEY_SIZE), added, revoked, vouches)
        for id_, public, added, revoked, vouches in kept["signers"]
    )
    return Known(
        kept["origin"],
        None if vault_id is None else bytes.fromhex(vault_id),
        signers,
        Read(read["size"], b64.decode(read["last"]), b64.decode(read["frontier"])),
        cosigned["size"],
        b64.decode(cosigned["root"]),
        cosigned["at"],
        cosigned["note"],
    )
