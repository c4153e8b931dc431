"""A checkpoint is three lines, signed under the name of its log."""

from __future__ import annotations

import pytest

from audit import checkpoint, note
from audit.checkpoint import Checkpoint
from audit.errors import BadKey, BadNote, BadSignature
from tests.audit.given import ADA, BEA, ORIGIN, vectors

HEAD = Checkpoint(ORIGIN, 3, bytes(range(32)))
TEXT = f"{ORIGIN}\n3\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n".encode()


def signed(head: Checkpoint = HEAD, key=ADA) -> bytes:
    return checkpoint.sign(head, public=key.public, sign=key.sign)


def note_over(text: bytes, name: str = ORIGIN) -> bytes:
    return text + b"\n" + note.signature_line(name, ADA.public, ADA.sign(text)).encode()


def test_the_text_of_a_checkpoint():
    """Origin, size and root, a line each, in both directions."""
    assert HEAD.text() == TEXT
    assert checkpoint.parse_text(TEXT) == HEAD


def test_a_signed_checkpoint_is_read_back():
    """What one signs, the other verifies, and gets back as a value."""
    assert checkpoint.verify(signed(), origin=ORIGIN, public=ADA.public) == HEAD


def test_published_checkpoints_are_read():
    """The checkpoints of sum.golang.org, Tessera and Sunlight are read as they were written."""
    seen = 0
    for case in vectors("signed-note", "examples.json")["cases"][1:]:
        parsed = note.parse(case["note"].encode())
        assert checkpoint.parse_text(parsed.text).text() == parsed.text
        seen += 1
    assert seen == 4


ROOT = TEXT.split(b"\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n\n\n",
        TEXT[:-1],
        b"\n3\n" + ROOT + b"\n",
        b"o\n03\n" + ROOT + b"\n",
        b"o\n+3\n" + ROOT + b"\n",
        b"o\n-1\n" + ROOT + b"\n",
        b"o\n\n" + ROOT + b"\n",
        "o\n３\n".encode() + ROOT + b"\n",
        b"o\n9223372036854775808\n" + ROOT + b"\n",
        b"o\n99999999999999999999\n" + ROOT + b"\n",
        b"o\n3\nAAAA\n",
        b"o\n3\n" + ROOT[:-2] + b"9=\n",
        b"o\n3\n" + ROOT + b"\nextension\n",
        TEXT + b"\n",
        TEXT + b"extension",
        b"\xff\n3\n" + ROOT + b"\n",
    ],
)
def test_any_other_text_is_refused(text):
    """No second spelling of a size or root, no extension lines, nothing missing."""
    with pytest.raises(BadNote):
        checkpoint.parse_text(text)


def test_the_limits_of_the_size():
    """The empty log and the largest are both checkpoints."""
    for size in (0, 2**63 - 1):
        head = Checkpoint("o", size, bytes(32))
        assert checkpoint.parse_text(head.text()) == head


def test_another_logs_checkpoint_is_refused():
    """A key may not speak for one log under the name of another."""
    other = Checkpoint("other", 3, bytes(32)).text()
    with pytest.raises(BadNote, match="is of the log other"):
        checkpoint.verify(note_over(other), origin=ORIGIN, public=ADA.public)
    with pytest.raises(BadSignature):
        checkpoint.verify(note_over(other, name="other"), origin=ORIGIN, public=ADA.public)


def test_another_keys_checkpoint_is_refused():
    """The signature must be by the key expected."""
    with pytest.raises(BadSignature):
        checkpoint.verify(signed(key=BEA), origin=ORIGIN, public=ADA.public)


def test_a_cosigned_checkpoint_is_still_the_logs():
    """Lines of witnesses may follow."""
    raw = signed() + note.signature_line("witness", BEA.public, BEA.sign(TEXT)).encode()
    assert checkpoint.verify(raw, origin=ORIGIN, public=ADA.public) == HEAD


def test_a_false_signature_never_leaves_the_writer():
    """A signing device that errs, or holds another key, is noticed before the note exists."""
    with pytest.raises(BadSignature):
        checkpoint.sign(HEAD, public=ADA.public, sign=BEA.sign)
    with pytest.raises(BadSignature):
        checkpoint.sign(HEAD, public=ADA.public, sign=lambda _: b"short")
    with pytest.raises(BadKey):
        checkpoint.sign(HEAD, public=bytes(32), sign=ADA.sign)


def test_no_checkpoint_is_signed_under_a_name_that_cannot_be_read():
    """An origin with a space is no key name."""
    with pytest.raises(BadNote, match="key name"):
        signed(Checkpoint("my log", 3, bytes(32)))


def test_the_quick_way_takes_what_sign_makes_and_nothing_else():
    """What `sign` makes, and nothing else: no changed bit of it, no byte more or less, no other key or head."""
    raw = signed()
    assert checkpoint.is_signed(HEAD, raw, public=ADA.public)
    flipped = [
        raw[:n] + bytes([raw[n] ^ 1 << bit]) + raw[n + 1 :] for n in range(len(raw)) for bit in range(8)
    ]
    longer = [raw[:n] + b"A" + raw[n:] for n in range(len(raw) + 1)]
    shorter = [raw[:n] + raw[n + 1 :] for n in range(len(raw))]
    for bad in (*flipped, *longer, *shorter, raw[:-1], raw + b"\n", b"", signed(key=BEA)):
        assert not checkpoint.is_signed(HEAD, bad, public=ADA.public)
    for other in (HEAD._replace(origin="o"), HEAD._replace(size=4), HEAD._replace(root=bytes(32))):
        assert not checkpoint.is_signed(other, raw, public=ADA.public)


def test_a_false_signature_in_the_right_form_is_refused_the_quick_way():
    """The bytes around it are as they should be: the curve alone decides."""
    false = note.signature_line(ORIGIN, ADA.public, BEA.sign(TEXT)).encode()
    assert not checkpoint.is_signed(HEAD, TEXT + b"\n" + false, public=ADA.public)


def test_a_witnesss_line_takes_the_long_way():
    """More than one line is sound, and not for the quick way to judge."""
    raw = signed() + note.signature_line("witness/1", BEA.public, BEA.sign(TEXT)).encode()
    assert not checkpoint.is_signed(HEAD, raw, public=ADA.public)
    assert checkpoint.verify(raw, origin=ORIGIN, public=ADA.public) == HEAD


@pytest.mark.parametrize("raw", [b"", b"o\n03\n", b"o\n3", b"3\n", b"o\n-3\n", b"o\n\n3\n"])
def test_a_note_that_states_no_size(raw: bytes):
    """The size is read before anything else of a note, from its second line alone."""
    assert checkpoint.size_of(signed()) == 3
    with pytest.raises(BadNote, match="plain digits"):
        checkpoint.size_of(raw)
