"""Cosignatures: the published ones verify, ours are of the same form, and nothing else passes."""

from __future__ import annotations

import pytest

from audit import cosignature, note
from audit.errors import BadNote, BadSignature
from tests.audit.given import ADA, BEA, ORIGIN, three_commits, vectors

AT = 1_795_000_000
TEXT = f"{ORIGIN}\n3\nAAAA\n".encode()


def cosign(text: bytes = TEXT, at: int = AT, key=ADA) -> bytes:
    return cosignature.sign(text, at=at, public=key.public, sign=key.sign)


def test_published_cosignatures_verify():
    """Both of the published notes, at the time that they bear; with one bit changed they are refused."""
    found = 0
    for case in vectors("signed-note", "examples.json")["cases"]:
        key = note.parse_vkey(case["vkey"])
        if key.kind == note.COSIGNATURE:
            (cosigned,) = cosignature.cosigners(case["note"].encode(), [key])
            assert (cosigned.witness, cosigned.at) == (key, 1767139200)
            with pytest.raises(BadSignature):
                cosignature.cosigners(case["note"].replace("\n300\n", "\n301\n").encode(), [key])
            found += 1
    assert found == 2


def test_a_cosignature_travels_as_one_line():
    """Made, written as a line, read again beside the text that it signs; another text or key does not verify."""
    value, key = cosign(), note.Vkey("witness/1", note.COSIGNATURE, ADA.public)
    (line,) = note.parse_lines(cosignature.line(key, value).encode())
    assert line.value == value
    assert cosignature.values_of(key, [line]) == [value]
    assert cosignature.verify(TEXT, value, public=ADA.public) == cosignature.time_of(value) == AT
    for text, public in ((TEXT + b"x\n", ADA.public), (TEXT, BEA.public)):
        with pytest.raises(BadSignature):
            cosignature.verify(text, value, public=public)


def test_lines_alone_are_lines():
    """Nothing but signature lines is taken for an answer of a witness."""
    for raw in (b"", b"hello\n", TEXT):
        with pytest.raises(BadNote):
            note.parse_lines(raw)


def test_every_bit_counts():
    """A cosignature with any of its bits changed is refused: the time is signed, too."""
    value = cosign()
    for bit in range(len(value) * 8):
        changed = bytearray(value)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadSignature):
            cosignature.verify(TEXT, bytes(changed), public=ADA.public)
    with pytest.raises(BadSignature):
        cosignature.verify(TEXT, value[:-1], public=ADA.public)


@pytest.mark.parametrize("at", [0, -1, 2**63])
def test_impossible_times(at):
    """None is signed."""
    with pytest.raises(ValueError):
        cosign(at=at)


def test_a_time_of_zero_is_refused_though_signed():
    """It would say nothing of when: the specification forbids it for a whole log."""
    value = bytes(8) + ADA.sign(b"cosignature/v1\ntime 0\n" + TEXT)
    with pytest.raises(BadSignature):
        cosignature.verify(TEXT, value, public=ADA.public)


def test_a_false_line_is_not_passed_over():
    """The newest of several by one witness counts, unless one of them is false; strangers are ignored."""
    head = three_commits()[-1].note
    text, key = note.parse(head).text, note.Vkey("witness/1", note.COSIGNATURE, ADA.public)
    stranger = note.Vkey("witness/2", note.COSIGNATURE, BEA.public)
    good = [cosignature.line(key, cosign(text, at)).encode() for at in (AT, AT + 5)]
    assert cosignature.cosigners(head, [key, stranger]) == []
    assert cosignature.cosigners(head + b"".join(good), [key, stranger]) == [
        cosignature.Cosigned(key, AT + 5)
    ]
    bad = cosignature.line(key, cosign(TEXT)).encode()
    with pytest.raises(BadSignature):
        cosignature.cosigners(head + good[0] + bad, [key])
