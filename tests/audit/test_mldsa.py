"""ML-DSA-44, as published vectors ask, and cosignatures with it, as the specification lays them out."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from audit import b64, checkpoint, cosignature, mldsa, note
from audit.__main__ import main
from audit.checkpoint import Checkpoint
from audit.errors import BadKey, BadNote, BadSignature
from tests.audit.exports import small_log, write_export
from tests.audit.given import ADA, ORIGIN, vectors

AT = 1_795_000_000
NAME = "witness.example/w6"
HEAD = Checkpoint(ORIGIN, 3, bytes(range(32)))
SECRET = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
KEY = note.Vkey(NAME, note.MLDSA_COSIGNATURE, SECRET.public_key().public_bytes_raw())


def cosign(head: Checkpoint = HEAD, *, at: int = AT, name: str = NAME, start: int = 0) -> bytes:
    """The value, by hand from the text of the specification."""
    origin = head.origin.encode()
    message = b"".join(
        (
            b"subtree/v1\n\x00",
            bytes([len(name)]) + name.encode(),
            at.to_bytes(8, "big"),
            bytes([len(origin)]) + origin,
            start.to_bytes(8, "big"),
            head.size.to_bytes(8, "big"),
            head.root,
        )
    )
    return at.to_bytes(8, "big") + SECRET.sign(message)


def line(value: bytes) -> bytes:
    return note.signature_line(NAME, KEY.public, value, note.MLDSA_COSIGNATURE).encode()


def test_wycheproof() -> None:
    """All 180 Wycheproof cases come out as published; two are valid under a context, which a witness has not."""
    seen, outcomes = 0, {"valid": 0, "invalid": 0}
    for group in vectors("wycheproof", "testvectors_v1", "mldsa_44_verify_test.json")["testGroups"]:
        public = bytes.fromhex(group["publicKey"])
        for case in group["tests"]:
            seen += 1
            message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
            if case["result"] == "valid" and not case.get("ctx"):
                assert mldsa.verify(public, message, signature) == message
                outcomes["valid"] += 1
            else:
                with pytest.raises((BadSignature, BadKey)):
                    mldsa.verify(public, message, signature)
                outcomes["invalid"] += 1
    assert (seen, outcomes) == (180, {"valid": 75, "invalid": 105})


def test_a_cosignature_by_the_letter_verifies() -> None:
    """Over another head, at another time, under another name or of a part of the tree it does not."""
    text = HEAD.text()
    assert cosignature.verify_by(KEY, text, cosign()) == AT
    for value in (
        cosign(HEAD._replace(size=4)),
        cosign(HEAD._replace(root=bytes(32))),
        cosign(HEAD._replace(origin="o")),
        cosign(name="witness.example/w7"),
        cosign(start=1),
        (AT + 1).to_bytes(8) + cosign()[8:],
    ):
        with pytest.raises(BadSignature):
            cosignature.verify_by(KEY, text, value)


def test_every_byte_of_it_counts() -> None:
    """Each byte changed, one more, one less."""
    value = cosign()
    changed = (value[:n] + bytes([value[n] ^ 1]) + value[n + 1 :] for n in range(0, len(value), 11))
    for bad in (*changed, value[:-1], value + b"\0", b"", value[:72]):
        with pytest.raises(BadSignature):
            cosignature.verify_by(KEY, HEAD.text(), bad)


def test_no_time_is_no_witness() -> None:
    """The specification lets a cosigner leave it out who says nothing of the newest head; a witness must not."""
    with pytest.raises(BadSignature, match="no possible time"):
        cosignature.verify_by(KEY, HEAD.text(), cosign(at=0))


def test_what_cannot_be_cosigned_so() -> None:
    """A name that its length byte cannot count, and a text that is no checkpoint's."""
    with pytest.raises(BadSignature, match="255 bytes"):
        cosignature.verify_by(KEY, HEAD._replace(origin="o" * 256).text(), cosign())
    with pytest.raises(BadNote):
        cosignature.verify_by(KEY, HEAD.text() + b"more\n", cosign())


def test_the_key_travels_as_a_line() -> None:
    """Kind 6, 1,312 bytes; a key of another length, or under another kind, is none."""
    written = note.vkey(NAME, KEY.public, note.MLDSA_COSIGNATURE)
    assert note.parse_vkey(written) == KEY
    with pytest.raises(BadKey, match="1312 bytes"):
        note.vkey(NAME, KEY.public[:-1], note.MLDSA_COSIGNATURE)
    for raw in (b"\4" + KEY.public, b"\6" + ADA.public, b"\5" + KEY.public, b""):
        with pytest.raises(BadKey):
            note.parse_vkey(f"{NAME}+00000000+{b64.encode(raw)}")


def test_a_held_head_with_such_a_line_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What such a witness answered, kept with its checkpoint: asked for by its key, never passed over when false."""
    made = small_log()
    write_export(tmp_path / "log", made)
    head, held = made[2].checkpoint, tmp_path / "held"
    words = [
        "verify", str(tmp_path / "log"), "--vault-id", made[0].leaves[0].hex(),
        "--held", str(held), "--witness", note.vkey(NAME, KEY.public, note.MLDSA_COSIGNATURE),
    ]  # fmt: skip
    held.write_bytes(made[2].note + line(cosign(head)))
    assert main(words) == 0
    assert f"cosigned  {head.size} entries, {NAME}, at 2026-11-" in capsys.readouterr().out
    held.write_bytes(made[2].note)
    assert main(words) == 6
    held.write_bytes(made[2].note + line(cosign(head, at=AT)[:-1] + b"x"))
    assert main(words) == 6
    assert "not by that key" in capsys.readouterr().out


def test_such_a_key_signs_no_log() -> None:
    """A receipt's head is the log's own: the key of a witness proves nothing about who signed it."""
    raw = HEAD.text() + b"\n" + line(cosign())
    with pytest.raises(BadSignature):
        checkpoint.verify(raw, origin=NAME, public=ADA.public)
