"""C2SP signed notes (c2sp.org/signed-note): a text, an empty line, and lines that sign the text.

    note   = text LF signature-line+                text ends in LF and is what is signed, byte for byte
    line   = U+2014 SP key-name SP base64( key-id[4] || signature ) LF
    key-id = SHA-256( key-name || LF || kind || public key )[:4]        kinds: 0x01 Ed25519, 0x04 and 0x06 witnesses'
    vkey   = key-name "+" hex(key-id) "+" base64( kind || public key )

Lines end at LF and nowhere else, control characters are refused, and base64 has one spelling. Signatures by
unknown keys are ignored, as the specification asks: that is how a witness adds its own.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from audit import b64, keys, mldsa
from audit.errors import BadKey, BadNote, BadSignature

ED25519 = 0x01
COSIGNATURE = 0x04
MLDSA_COSIGNATURE = 0x06
COSIGNATURES = (COSIGNATURE, MLDSA_COSIGNATURE)
MAX_SIGNATURES = 100
MAX_SIZE = 1_000_000
_SIGNED_LENGTH = 93  # base64 of a key's id and an Ed25519 signature, and the end of the line

_DASH = "\u2014"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]").search
_NOT_IN_NAMES = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]").search


class Signature(NamedTuple):
    """One signature line: the key that it says it is by, and the bytes. Nothing of it is verified."""

    name: str
    key_id: bytes
    value: bytes


class Note(NamedTuple):
    """A note as read. The text must not be believed before `verify`."""

    text: bytes
    signatures: tuple[Signature, ...]


class Vkey(NamedTuple):
    """A verifier key: whose note signatures are accepted, and of which kind."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)


@lru_cache(maxsize=256)
def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey(name: str, public: bytes, kind: int = ED25519) -> str:
    """The verifier key as one line of text, for the tools of others."""
    public = _checked(public, kind)
    encoded = b64.encode(bytes([kind]) + public)
    return f"{check_name(name)}+{key_id(name, kind, public).hex()}+{encoded}"


def parse_vkey(text: str) -> Vkey:
    """The key in `text`; BadKey unless its kind is known, its id is its own and the key proves something."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise BadKey("a verifier key is name+id+key")
    name, shown_id, encoded = parts
    try:
        raw = b64.decode(encoded)
    except ValueError as exc:
        raise BadKey("the verifier key is not the base64 of a kind and a key") from exc
    if not raw or raw[0] not in (ED25519, *COSIGNATURES):
        raise BadKey("the verifier key is of an unknown kind")
    key = Vkey(name, raw[0], _checked(raw[1:], raw[0]))
    if key.key_id.hex() != shown_id:
        raise BadKey("the verifier key has another key's id")
    return key


def _checked(public: bytes, kind: int) -> bytes:
    """`public`, if a key of that kind can be so; BadKey otherwise."""
    if kind != MLDSA_COSIGNATURE:
        return keys.check_public_key(public)
    if len(public) != mldsa.KEY_SIZE:
        raise BadKey(f"an ML-DSA-44 key has {mldsa.KEY_SIZE} bytes, not {len(public)}")
    return public


def parse(raw: bytes) -> Note:
    """The parts of a note, in the one form allowed; BadNote otherwise."""
    text, lines = _split(_decode(raw))
    return Note(text.encode(), tuple(_parse_signature(line) for line in lines))


def text_of(raw: bytes) -> bytes:
    """The text of a note alone, whatever its signature lines are; BadNote if it has none."""
    return _split(_decode(raw))[0].encode()


def parse_lines(raw: bytes) -> tuple[Signature, ...]:
    """Signature lines alone, as a witness answers them; BadNote if they are anything else."""
    return parse(b"\n\n" + raw).signatures


def signature_line(name: str, public: bytes, signature: bytes, kind: int = ED25519) -> str:
    signed = key_id(check_name(name), kind, public) + signature
    return f"{_DASH} {name} {b64.encode(signed)}\n"


def lone_signature(raw: bytes, text: bytes, *, name: str, public: bytes) -> bytes | None:
    """The signature, unverified, if `raw` is just `text` with that key's line under it; None otherwise.

    Most notes of a log are so, and comparing one with what it must be takes a third of the time of parsing it.
    """
    try:
        signature = a2b_base64(raw[-_SIGNED_LENGTH:])[4:]
    except ValueError:
        return None
    whole = text + b"\n" + signature_line(name, public, signature).encode()
    return signature if raw == whole else None


def verify(note: Note, *, name: str, public: bytes) -> bytes:
    """The text, if that key has signed it. A false signature by it is never outweighed by a good one."""
    wanted = key_id(name, ED25519, public)
    mine = [each for each in note.signatures if each.name == name and each.key_id == wanted]
    if not mine:
        raise BadSignature(f"the note carries no signature by the key expected of {name}")
    for each in mine:
        keys.verify(public, note.text, each.value)
    return note.text


def check_name(name: str) -> str:
    if not is_name(name):
        raise BadNote("a key name is not empty and holds no space, plus sign or control character")
    return name


@lru_cache(maxsize=256)
def is_name(name: str) -> bool:
    """Whether `name` can be a key name: not empty, no space, plus sign or control character."""
    return name != "" and not _NOT_IN_NAMES(name)


def _decode(raw: bytes) -> str:
    if len(raw) > MAX_SIZE:
        raise BadNote("the note is too long")
    try:
        whole = raw.decode()
    except UnicodeDecodeError as exc:
        raise BadNote("the note is not UTF-8") from exc
    if _CONTROL(whole):
        raise BadNote("the note holds a control character")
    return whole


def _split(whole: str) -> tuple[str, list[str]]:
    body, gap, signatures = whole.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise BadNote("a note is a text, an empty line and lines that sign it, each ended")
    # Not splitlines(): it also splits at characters that are part of a line here.
    lines = signatures[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote(f"a note carries at most {MAX_SIGNATURES} signatures")
    return body + "\n", lines


def _parse_signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != _DASH or not is_name(parts[1]):
        raise BadNote("a signature line is a dash, a key name and a signature")
    try:
        raw = b64.decode(parts[2])
    except ValueError as exc:
        raise BadNote("a signature is not base64") from exc
    if len(raw) < 5:
        raise BadNote("a signature is shorter than its key's id")
    return Signature(parts[1], raw[:4], raw[4:])
