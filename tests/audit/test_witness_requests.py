"""Requests for a cosignature: the head with its proof, and nothing else."""

from __future__ import annotations

import json

import pytest

from audit import b64, cosignature, note
from audit.errors import Declined, Forked
from audit.follow import Follower
from audit.merkle import EMPTY_ROOT
from audit.witness import Conflict, Malformed, Unproven, Untrusted, parse_request, trusting
from tests.audit.given import ADA, BEA, EVE, ORIGIN, added, note_of, revoked, vectors, write
from tests.audit.witnesses import (
    MADE,
    NAME,
    NOON,
    fork,
    head_of,
    introduce,
    key_of,
    request,
    trust,
    witness,
)


def test_a_request_with_a_proof(one):
    """From the size cosigned last; the answer is one line by the witness over the new head."""
    size = one.known()[0].size
    line = one.add_checkpoint(request(MADE, old=size))
    (value,) = cosignature.values_of(key_of(one), note.parse_lines(line.encode()))
    text = note.parse(MADE[-1].note).text
    assert cosignature.verify(text, value, public=key_of(one).public) == NOON
    assert head_of(one) == (MADE[-1].checkpoint.size, MADE[-1].checkpoint.root)


def test_what_a_request_may_not_be(one):
    """Each refusal with its status; the state stays."""
    size, other = one.known()[0].size, fork(MADE, 3, 8, 9)
    before = head_of(one)
    good = request(MADE, old=size)
    wrong = MADE[-1].note.replace(ORIGIN.encode(), b"another.example/log")
    zeros = good.split(b"\n")
    zeros[1] = b64.encode(bytes(32)).encode()
    cases = [
        (404, request(MADE, old=size, note=wrong)),
        (400, good.replace(b"old 9", b"old 11")),
        (409, request(MADE, old=3)),
        (409, request(MADE, old=0)),
        (409, request(MADE[:3], old=2)),
        (422, b"\n".join(zeros)),
        (422, good.replace(b"\n\n", b"\n" + b64.encode(bytes(32)).encode() + b"\n\n", 1)),
    ]
    for status, raw in cases:
        with pytest.raises(Declined) as caught:
            one.add_checkpoint(raw)
        assert caught.value.status == status, raw.decode()
        assert head_of(one) == before
    with pytest.raises(Forked):
        one.add_checkpoint(request(other, old=size))
    assert head_of(one) == before


def test_an_older_head_is_answered_with_both(one):
    """A conflict carries the size, and tells whoever reads it which heads stand against each other."""
    with pytest.raises(Conflict) as caught:
        one.add_checkpoint(request(MADE[:3], old=2))
    assert caught.value.body == f"{one.known()[0].size}\n"
    assert MADE[2].note.decode() in str(caught.value)
    assert MADE[3].note.decode() in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"old 0\n",
        b"old 00\n\n" + MADE[0].note,
        b"old -1\n\n" + MADE[0].note,
        b"new 0\n\n" + MADE[0].note,
        b"old 0\r\n\n" + MADE[0].note,
        b"old 0\nAAAA\n\n" + MADE[0].note,
        "old 0\n€\n\n".encode() + MADE[0].note,
        b"old 2\n" + 64 * (b64.encode(bytes(32)).encode() + b"\n") + b"\n" + MADE[0].note,
        b"old 0\n\nno note",
        b"old 0\n\n" + MADE[0].note + b"x" * 100_000,
        b"old 0\n\n" + MADE[0].note.replace(b"=\n\n", b"=\nextra\n\n"),
    ],
)
def test_malformed_requests(raw):
    """Anything but the one form is no request."""
    with pytest.raises(Malformed):
        parse_request(raw)


def test_a_key_that_came_later_is_unknown_until_the_log_is_read(tmp_path):
    """Who may sign follows from the log: a new member's head is cosigned once the witness has read of them."""
    follower, found = Follower.start(), witness(tmp_path / "w")
    made = [write(follower, *MADE_FIRST)]
    introduce(found, tmp_path / "log", made)
    made += [write(follower, added("eve")), write(follower, note_of(1), by="eve")]
    with pytest.raises(Untrusted, match="give an export"):
        found.add_checkpoint(request(made, old=2))
    introduce(found, tmp_path / "log", made)
    made += [write(follower, note_of(2), by="eve"), write(follower, revoked("eve"))]
    found.add_checkpoint(request(made[:4], old=4))
    introduce(found, tmp_path / "log", made)
    assert EVE.public not in found.known()[0].keys
    assert [BEA.public in found.known()[0].keys, ADA.public in found.known()[0].keys] == [True, True]


MADE_FIRST = (MADE[0].entries[0], MADE[0].entries[1])


def test_a_false_signature_by_a_known_key(one):
    """It is refused though another key has signed well; lines of strangers are ignored and not kept."""
    size = one.known()[0].size
    text = MADE[-1].note
    false = note.signature_line(ORIGIN, ADA.public, bytes(64)).encode()
    with pytest.raises(Untrusted, match="invalid signature"):
        one.add_checkpoint(request(MADE, old=size, note=text + false))
    stranger = note.signature_line("somebody", BEA.public, bytes(64)).encode()
    one.add_checkpoint(request(MADE, old=size, note=text + stranger))
    assert "somebody" not in one.known()[0].note


def test_the_published_requests(tmp_path):
    """All nine, in their order, on a fresh witness; for an unknown log 404 is today's answer."""
    published = vectors("tlog-witness", "litewitness-add-checkpoint.json")
    assert len(published["requests"]) == 9
    origin = published["requests"][0]["body"].split("\n")[2]
    found = witness(tmp_path / "w")
    trust(found, trusting(origin, [bytes.fromhex(published["log_public_key_hex"])]))
    for each in published["requests"]:
        try:
            status, body = 200, found.add_checkpoint(each["body"].encode())
        except Declined as exc:
            status, body = exc.status, exc.body
        unknown = origin not in each["body"]
        assert status == (404 if unknown else each["status"])
        claim, words = each["assert"].split(" ", 2)[1:]
        words = json.loads(words).replace("example.com/witness", NAME)
        words = "is not known here" if unknown else words
        assert body == words if claim == "==" else words in body


def test_the_empty_log(tmp_path):
    """It has one root; another is refused, and so is a proof from nothing."""
    found = witness(tmp_path / "w")
    trust(found, trusting(ORIGIN, [ADA.public]))

    def empty(root: bytes) -> bytes:
        text = f"{ORIGIN}\n0\n{b64.encode(root)}\n".encode()
        return text + b"\n" + note.signature_line(ORIGIN, ADA.public, ADA.sign(text)).encode()

    with pytest.raises(Unproven, match="another root"):
        found.add_checkpoint(b"old 0\n\n" + empty(bytes(32)))
    hash_ = b64.encode(bytes(32)).encode()
    with pytest.raises(Unproven, match="no hashes"):
        found.add_checkpoint(b"old 0\n" + hash_ + b"\n\n" + empty(EMPTY_ROOT))
    found.add_checkpoint(b"old 0\n\n" + empty(EMPTY_ROOT))
    found.add_checkpoint(request(MADE[:1], old=0))
    assert head_of(found) == (2, MADE[0].checkpoint.root)


def test_a_note_without_a_signature_line_is_nobodys(one):
    """A text that says what a head says, with something else below it: refused as not signed, and nothing changes."""
    size, before = one.known()[0].size, head_of(one)
    text = note.text_of(MADE[-1].note)
    for below in (b"no signature line\n", "\u2014 somebody\n".encode()):
        with pytest.raises(Untrusted, match="invalid signature"):
            one.add_checkpoint(request(MADE, old=size, note=text + b"\n" + below))
    assert head_of(one) == before
