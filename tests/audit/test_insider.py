"""What a signer with a program of their own might write: both verifiers say the same of it."""

from __future__ import annotations

import pytest

from audit import b64
from audit.entry import Entry, encode, leaf_hash
from audit.errors import BadChain, BadEntry, BadExport, BadKey, BadSignature
from audit.follow import Draft
from audit.verify import verify
from audit.words import parse_vault_id
from tests.audit.exports import SECOND, forge, judge
from tests.audit.given import BEA, EVE, KEYS, ORIGIN, added, edited, genesis, note_of, revoked
from tests.audit.test_keys import ENCODINGS, NONCANONICAL
from tests.audit.verifying import MADE, PLAIN, checked, signed


def test_a_full_upper_tile_is_checked(tmp_path):
    """From 65,536 entries on there are full tiles of the second level."""
    bodies = commit(list(MADE[0].bodies), *[note_of(n) for n in range(65_536)])[0]
    start = list(MADE[0].bodies)
    forge(tmp_path, [(start, MADE[0].note), (bodies, signed(start + bodies))])
    assert checked(tmp_path, MADE, heads_only=True).head.size == 65_538
    raw = (tmp_path / "tile/1/000").read_bytes()
    (tmp_path / "tile/1/000").write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    with pytest.raises(BadExport, match="tile/1/000 does not hold the roots"):
        checked(tmp_path, MADE, heads_only=True)


def body_of(seq: int, prev: bytes, **changes) -> bytes:
    fields = {
        "time": "2026-11-20T10:00:00Z",
        "actor": "ada",
        "event": "account.noted",
        "subject": "a1",
        "data": {},
    }
    return encode(Entry(seq=seq, prev=prev, **{**fields, **changes}))


HOSTILE = {
    "a space": lambda b: b.replace(b'"data":{}', b'"data": {}'),
    "two names alike": lambda b: b.replace(b'"data":{}', b'"data":{"a":1,"a":1}'),
    "a float": lambda b: b.replace(b'"data":{}', b'"data":{"a":1.5}'),
    "an exponent": lambda b: b.replace(b'"data":{}', b'"data":{"a":1e+16}'),
    "not a number": lambda b: b.replace(b'"data":{}', b'"data":{"a":NaN}'),
    "a big number": lambda b: b.replace(b'"data":{}', b'"data":{"a":9007199254740992}'),
    "a deep nest": lambda b: b.replace(b'"data":{}', b'"data":' + b'{"a":' * 7 + b"{}" + b"}" * 7),
    "deep lists": lambda b: b.replace(b'"data":{}', b'"data":{"a":' + b"[" * 7 + b"]" * 7 + b"}"),
    "a capital name": lambda b: b.replace(b'"data":{}', b'"data":{"A":1}'),
    "half a surrogate": lambda b: b.replace(b'"data":{}', b'"data":{"a":"\\ud800"}'),
    "an escape": lambda b: b.replace(b'"a1"', b'"\\u0061"'),
    "a member more": lambda b: b.replace(b'"event":', b'"e":1,"event":'),
    "no date": lambda b: b.replace(b"2026-11-20", b"2026-02-30"),
    "a 24th hour": lambda b: b.replace(b"T10:", b"T24:"),
    "a leap second": lambda b: b.replace(b":00Z", b":60Z"),
    "version 2": lambda b: b.replace(b'"v":1', b'"v":2'),
    "version true": lambda b: b.replace(b'"v":1', b'"v":true'),
    "no event": lambda b: b.replace(b"account.noted", b"account..noted"),
    "a long event": lambda b: b.replace(b"account.noted", b"a" * 65),
    "a bad subject": lambda b: b.replace(b'"a1"', b'"A1"'),
    "data a list": lambda b: b.replace(b'"data":{}', b'"data":[]'),
    "not UTF-8": lambda b: b.replace(b'"data":{}', b'"data":{"a":"\xff"}'),
    "another prev first": lambda b: b.replace(b'"data":{}', b'"data":{"prev":"x"}').replace(
        b'"seq":2', b'"seq":7'
    ),
    "one byte": lambda _: b"x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_form_that_is_not_the_one_form_is_refused_however_well_signed(tmp_path, name):
    """A signer cannot write what two readers might read in two ways."""
    start = list(MADE[0].bodies)
    bad = HOSTILE[name](body_of(2, leaf_hash(start[-1])))
    forge(tmp_path, [(start, MADE[0].note), ([bad], signed([*start, bad]))])
    error = judge(tmp_path, MADE)
    assert isinstance(error, BadEntry | BadChain)
    assert error.seq == 2


GOOD = {
    "an integer": {"a": 2**53 - 1, "b": -(2**53 - 1), "c": 0},
    "others": {"a": [True, False, None, [], {}], "b": 'x"\\y', "c": "é\u2028😀", "d": "\n\t"},
    "eight levels": {"a": {"a": {"a": {"a": {"a": {"a": {}}}}}}},
    "a member's name": {"prev": "x", "seq": 5, "event": "signer.added"},
    "a colon after a string": {"a": ['":', '"event":"signer.added"', "{[1.5e9,NaN"]},
}


@pytest.mark.parametrize("name", GOOD)
def test_whatever_an_entry_may_hold_is_accepted(tmp_path, name):
    """The strictness is that of the writer."""
    start = list(MADE[0].bodies)
    good = body_of(2, leaf_hash(start[-1]), data=GOOD[name])
    forge(tmp_path, [(start, MADE[0].note), ([good], signed([*start, good]))])
    assert judge(tmp_path, MADE) is None
    checked(tmp_path, MADE, heads_only=True)


def commit(start, *drafts, by="ada", key=None):
    """One more commit, made around our writer."""
    bodies, seq, prev = [], len(start), leaf_hash(start[-1]) if start else bytes(32)
    for draft in drafts:
        bodies.append(body_of(seq, prev, actor=by, event=draft.event, subject=draft.subject, data=draft.data))
        seq, prev = seq + 1, leaf_hash(bodies[-1])
    return bodies, signed([*start, *bodies], key or KEYS[by])


RULES = {
    "a stranger": ([(note_of(1),)], ["eve"], BadSignature),
    "a signer added by one who may not": ([(added("eve"),), (note_of(1),)], ["bea", "eve"], BadSignature),
    "a revoked signer": ([(revoked("bea"),), (note_of(1),)], ["ada", "bea"], BadSignature),
    "revoked by one who may not": ([(revoked("ada"),), (note_of(1),)], ["bea", "ada"], None),
    "revoked by itself": ([(revoked("bea"), note_of(1)), (note_of(2),)], ["bea", "bea"], BadSignature),
    "added and used": ([(added("eve"),), (note_of(1),)], ["ada", "eve"], None),
    "added twice": ([(added("bea"), added("eve", key=BEA)), (note_of(1),)], ["ada", "eve"], BadSignature),
    "a second genesis": ([(genesis(EVE, "eve"),), (note_of(1),)], ["ada", "eve"], BadSignature),
    "a second genesis, void": ([(genesis(EVE, "eve"),), (note_of(1),)], ["ada", "ada"], None),
}


@pytest.mark.parametrize("name", RULES)
def test_both_follow_the_signers_alike(tmp_path, name):
    """Who may sign where is read from the log by the same rules."""
    steps, authors, expected = RULES[name]
    log = [(list(MADE[0].bodies), MADE[0].note)]
    for drafts, by in zip(steps, authors, strict=True):
        log.append(commit([body for bodies, _ in log for body in bodies], *drafts, by=by))
    forge(tmp_path, log)
    error = judge(tmp_path, MADE)
    assert type(error) is (expected or type(None))
    # The last head's author is judged in the same way where no other signature is looked at.
    if expected:
        with pytest.raises(expected):
            checked(tmp_path, MADE, heads_only=True)


@pytest.mark.parametrize("public", ENCODINGS + NONCANONICAL, ids=bytes.hex)
def test_a_key_that_proves_nothing_adds_nobody_for_both(tmp_path, public):
    """Whoever enrols one stops no reader; the entry is named as void, and the id is free for another key."""
    start = list(MADE[0].bodies)
    weak = Draft("signer.added", "eve", {"key": b64.encode(public), "vouches": True})
    log = [(start, MADE[0].note), commit(start, weak)]
    forge(tmp_path / "good", log)
    assert judge(tmp_path / "good", MADE) is None
    assert checked(tmp_path / "good", MADE).ignored == (2,)
    start = [body for bodies, _ in log for body in bodies]
    forge(tmp_path / "used", [*log, commit(start, note_of(1), by="eve")])
    assert isinstance(judge(tmp_path / "used", MADE), BadSignature)
    forge(tmp_path / "again", [*log, commit(start, added("eve"))])
    assert judge(tmp_path / "again", MADE) is None


@pytest.mark.parametrize("public", ENCODINGS + NONCANONICAL, ids=bytes.hex)
def test_a_genesis_whose_key_proves_nothing_stops_both(tmp_path, public):
    """A log that anybody can have signed is none."""
    first = Draft("log.genesis", "ada", {"origin": ORIGIN, "key": b64.encode(public)})
    log = [commit([], first, by="ada")]
    forge(tmp_path, log)
    with pytest.raises(BadKey):
        verify(tmp_path, vault_id=parse_vault_id(leaf_hash(log[0][0][0]).hex()))
    with pytest.raises(ValueError, match="proves nothing"):
        SECOND.verify(tmp_path, leaf_hash(log[0][0][0]).hex())


def test_a_commit_has_one_author_also_across_bundles(tmp_path):
    """An entry by somebody else, in a later bundle or range than the commit's first, is found and named."""
    start = list(MADE[0].bodies)
    bodies, _ = commit(start, *[note_of(n) for n in range(5000)])
    bodies[-1] = edited(bodies[-1], actor="bea")
    log = [(start, MADE[0].note), (bodies, signed(start + bodies))]
    forge(tmp_path / "last", log)
    forge(tmp_path / "earlier", [*log, commit(start + bodies, note_of(1))])
    for folder, more in (("last", {}), ("last", {"heads_only": True}), ("earlier", {})):
        with pytest.raises(BadChain, match="its actor is not ada") as caught:
            checked(tmp_path / folder, MADE, **more)
        assert caught.value.seq == 5001


def test_a_log_without_its_last_head_is_refused(tmp_path):
    """Entries that no commit covers, and heads at places where none can be, are found."""
    first, second, third = PLAIN
    forge(tmp_path / "log", [first, second, third])
    path = tmp_path / "log/commits/000.p/9"
    notes = [len(note).to_bytes(2) + note for _, note in PLAIN]
    for bad in (notes[:2], [notes[1], notes[0], notes[2]], [*notes, notes[2]], [], [notes[0], notes[2]]):
        path.write_bytes(b"".join(bad))
        assert judge(tmp_path / "log", MADE) is not None
    path.write_bytes(b"".join(notes))
    assert judge(tmp_path / "log", MADE) is None
