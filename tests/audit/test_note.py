"""Signed notes are read as their specification says, and in no looser way."""

from __future__ import annotations

import base64

import pytest

from audit import note
from audit.errors import BadKey, BadNote, BadSignature
from tests.audit.given import ADA, BEA, vectors

TEXT = b"a text\n\nwith an empty line\n"
# The example of c2sp.org/signed-note.
C2SP_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def line(name: str = "log", key=ADA, text: bytes = TEXT) -> str:
    return note.signature_line(name, key.public, key.sign(text))


def signed(*lines: str, text: bytes = TEXT) -> bytes:
    return text + b"\n" + "".join(lines).encode()


def verified(raw: bytes, vkeys: list[str]) -> int:
    """How many of `vkeys` have signed the note; every key named in it must, and at least one."""
    parsed = note.parse(raw)
    count = 0
    for key in map(note.parse_vkey, vkeys):
        note.verify(parsed, name=key.name, public=key.public)
        count += 1
    if not count:
        raise BadSignature("no known key")
    return count


def test_the_example_of_the_specification():
    """The published note verifies under the published key, whose id and line we make alike."""
    key = note.parse_vkey(C2SP_VKEY)
    assert note.vkey(key.name, key.public) == C2SP_VKEY
    text = note.verify(note.parse(C2SP_NOTE.encode()), name=key.name, public=key.public)
    assert text == b"This is an example message.\n"


def test_published_go_cases():
    """The 11 notes of Go's own tests come out as there, and so does the one that is not UTF-8."""
    published = vectors("signed-note", "golang-note.json")
    assert len(published["cases"]) == 11
    for case in published["cases"]:
        if case["verified"] is None:
            with pytest.raises((BadNote, BadSignature)):
                verified(case["note"].encode(), case["vkeys"])
        else:
            assert verified(case["note"].encode(), case["vkeys"]) == case["verified"]
            assert len(note.parse(case["note"].encode()).signatures) == case["verified"] + case["unverified"]
    with pytest.raises(BadNote, match="UTF-8"):
        note.parse(base64.b64decode(published["invalid_utf8_note_b64"]))


def test_published_bad_keys():
    """The malformed verifier keys of Go's tests are refused."""
    for text in vectors("signed-note", "golang-note.json")["bad_vkeys"]:
        with pytest.raises(BadKey):
            note.parse_vkey(text)


def test_published_notes_of_running_logs():
    """Notes of sum.golang.org, Tessera, Sunlight and others are read; the Ed25519 ones verify."""
    cases = vectors("signed-note", "examples.json")["cases"]
    assert len(cases) == 5
    for case in cases:
        key, parsed = note.parse_vkey(case["vkey"]), note.parse(case["note"].encode())
        assert (key.name, key.key_id) in {(each.name, each.key_id) for each in parsed.signatures}
        if key.kind == note.ED25519:
            assert note.verify(parsed, name=key.name, public=key.public) == parsed.text


def test_the_text_ends_at_the_last_empty_line():
    """A text may hold empty lines, and is given back byte for byte."""
    parsed = note.parse(signed(line()))
    assert note.verify(parsed, name="log", public=ADA.public) == parsed.text == TEXT


def test_signatures_by_unknown_keys_are_ignored():
    """A witness's line, or anybody's, neither helps nor hurts, even under the log's own name."""
    raw = signed(line("witness", BEA), line("log", BEA), "— x AAAAAAA=\n", line())
    assert note.verify(note.parse(raw), name="log", public=ADA.public) == TEXT


def test_no_signature_by_the_key_asked_for():
    """Another key's signature is not enough, nor is the right key under another name."""
    for raw in (signed(line("log", BEA)), signed(line("other", ADA))):
        with pytest.raises(BadSignature, match="no signature"):
            note.verify(note.parse(raw), name="log", public=ADA.public)


def test_one_false_signature_by_a_known_key_spoils_the_note():
    """A good line does not outweigh a false one by the same key, in either order."""
    false = line(text=b"another text\n")
    for raw in (signed(line(), false), signed(false, line())):
        with pytest.raises(BadSignature):
            note.verify(note.parse(raw), name="log", public=ADA.public)


GOOD = line()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(TEXT, id="only a text"),
        pytest.param(GOOD.encode(), id="only a signature"),
        pytest.param(TEXT + b"\n", id="no signature"),
        pytest.param(signed(GOOD)[:-1], id="last line not ended"),
        pytest.param(signed(GOOD, "\n"), id="ends in an empty line"),
        pytest.param(signed(GOOD, "more\n"), id="trailing line"),
        pytest.param(signed(GOOD.replace("—", "-")), id="hyphen for a dash"),
        pytest.param(signed(GOOD.replace("log", "l g")), id="space in the name"),
        pytest.param(signed(GOOD.replace("log", "l\u00a0g")), id="no-break space in the name"),
        pytest.param(signed(GOOD.replace("log", "l\u2028g")), id="line separator in the name"),
        pytest.param(signed(GOOD.replace("log", "l+g")), id="plus in the name"),
        pytest.param(signed(GOOD.replace("log", "")), id="no name"),
        pytest.param(signed(GOOD.replace("— ", "—  ")), id="two spaces"),
        pytest.param(signed("— log AAAA\n"), id="three bytes"),
        pytest.param(signed("— log AAAAAA==\n"), id="only an id"),
        pytest.param(signed("— log AAAAAAB=\n"), id="spare bits"),
        pytest.param(signed("— log AAAAAAA\n"), id="no padding"),
        pytest.param(signed(GOOD).replace(b"a text", b"a\x0btext"), id="vertical tab"),
        pytest.param(signed(GOOD).replace(b"\n", b"\r\n"), id="carriage returns"),
        pytest.param(signed(GOOD).replace(b"a text", b"a\0text"), id="zero byte"),
        pytest.param(signed(GOOD).replace(b"a text", b"a\xfftext"), id="not UTF-8"),
        pytest.param(signed(*[GOOD] * 101), id="101 signatures"),
        pytest.param(b"x" * note.MAX_SIZE + signed(GOOD), id="too long"),
    ],
)
def test_anything_else_is_not_a_note(raw):
    """One form, one spelling, bounded work."""
    with pytest.raises(BadNote):
        note.parse(raw)


def test_a_hundred_signatures_are_read():
    """The bound is above the 16 that the specification asks for."""
    assert len(note.parse(signed(*[GOOD] * 100)).signatures) == 100


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\nb", "a\u2003b", "a\x01b", "a\ud800b"])
def test_no_line_or_key_under_a_bad_name(name):
    """What could not be read back is not written."""
    with pytest.raises(BadNote, match="key name"):
        note.signature_line(name, ADA.public, bytes(64))
    with pytest.raises(BadNote, match="key name"):
        note.vkey(name, ADA.public)


GOOD_VKEY = note.vkey("log", ADA.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log",
        "log+00000000",
        GOOD_VKEY.replace("log", ""),
        GOOD_VKEY.replace("log", "l g"),
        GOOD_VKEY.replace("log", "other"),
        GOOD_VKEY + "\n",
        GOOD_VKEY[:-4],
        GOOD_VKEY.upper(),
        "log+" + GOOD_VKEY.split("+")[1].upper() + "+" + GOOD_VKEY.split("+", 2)[2],
        f"log+{note.key_id('log', 2, ADA.public).hex()}+{base64.b64encode(bytes([2]) + ADA.public).decode()}",
        f"log+{note.key_id('log', 1, bytes(32)).hex()}+{base64.b64encode(bytes([1]) + bytes(32)).decode()}",
    ],
)
def test_a_malformed_verifier_key_is_refused(text):
    """Wrong shape, another key's id, an unknown kind or a key that proves nothing."""
    with pytest.raises(BadKey):
        note.parse_vkey(text)


def test_a_verifier_key_of_a_key_that_proves_nothing_is_not_made():
    """Nor is one written."""
    with pytest.raises(BadKey):
        note.vkey("log", bytes(32))
