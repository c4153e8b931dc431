"""Both verifiers find every falsification of an export, and ours names where it begins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from audit import b64, checkpoint
from audit.checkpoint import Checkpoint
from audit.entry import Entry, decode, encode, leaf_hash
from audit.errors import (
    AuditError,
    BadChain,
    BadEntry,
    BadExport,
    BadKey,
    BadNote,
    BadSignature,
    Forked,
    RolledBack,
)
from audit.follow import Draft, Follower
from audit.merkle import Frontier, tree_root
from audit.verify import read_held, verify
from audit.words import parse_vault_id
from tests.audit.exports import SECOND, files, forge, judge, long_log, small_log, vault_id, write_export
from tests.audit.given import ADA, BEA, EVE, KEYS, ORIGIN, added, feed, genesis, note_of, revoked, write
from tests.audit.test_keys import ENCODINGS, NONCANONICAL

SMALL = small_log()
LONG = long_log(3, 250, 1, 1, 254, 1, 700, 3000, 400)  # more than one range of the second pass
PROVEN = ("checkpoint", "commits/", "tile/")


@pytest.fixture(scope="module")
def long_export(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("long")
    write_export(folder, LONG)
    return folder


def checked(folder: Path, made=SMALL, **more):
    return verify(folder, vault_id=vault_id(made), **more)


def held_file(folder: Path, note: bytes) -> Path:
    path = folder.parent / f"held-{len(list(folder.parent.iterdir()))}"
    path.write_bytes(note)
    return path


@pytest.mark.parametrize("cut", range(1, len(LONG) + 1))
def test_what_is_exported_verifies(tmp_path, cut):
    """At every length, by both verifiers, with all signatures or the last one only."""
    write_export(tmp_path, LONG[:cut])
    assert judge(tmp_path, LONG) is None
    verdict = checked(tmp_path, LONG)
    assert (verdict.head, verdict.commits, verdict.vault_id) == (
        LONG[cut - 1].checkpoint,
        cut,
        LONG[0].leaves[0],
    )
    last = checked(tmp_path, LONG, heads_only=True)
    assert (last.head, last.commits, last.signer.public) == (verdict.head, None, verdict.signer.public)


def test_all_cores_come_to_the_same_verdict(long_export):
    """Processes share the ranges; what one finds to be bad is reported as if there were one."""
    seen = []
    one = checked(long_export, LONG, progress=lambda *step: seen.append(step))
    assert checked(long_export, LONG, jobs=2) == one
    assert seen[-1] == ("verified", one.head.size, one.head.size)
    assert ("hashed", one.head.size, one.head.size) in seen


def test_a_bad_commit_is_found_by_another_process(tmp_path):
    """The error comes back from the process that finds it, with its entry."""
    bad = [(each.bodies, each.note) for each in LONG]
    bad[-2] = (LONG[-2].bodies, LONG[-2].note.replace(b"\xe2\x80\x94 force", b"\xe2\x80\x94 farce"))
    forge(tmp_path, bad)
    with pytest.raises(BadSignature) as caught:
        checked(tmp_path, LONG, jobs=2)
    assert caught.value.seq == LONG[-2].entries[0].seq


def test_void_events_and_revoked_signers(tmp_path):
    """A void signer event is listed, and what a key signed before its revocation stays good."""
    write_export(tmp_path, SMALL)
    assert judge(tmp_path, SMALL) is None
    verdict = checked(tmp_path)
    assert (verdict.ignored, verdict.signer.id, verdict.commits) == ((4,), "eve", 5)


def mutations(raw: bytes, places):
    """`raw` with one of two bits of a byte changed, or the byte taken out."""
    for at in places:
        yield raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        yield raw[:at] + bytes([raw[at] ^ 0x20]) + raw[at + 1 :]
        yield raw[:at] + raw[at + 1 :]


def survivors(folder: Path, made, name: str, places) -> int:
    """How many mutations at these places of a file both verifiers accept; that they agree is asked for each."""
    raw, accepted = (folder / name).read_bytes(), 0
    for bad in mutations(raw, places):
        (folder / name).write_bytes(bad)
        accepted += judge(folder, made) is None
        if not name.startswith("commits/"):  # heads-only looks at bytes, chain, tree and the last head
            with pytest.raises(AuditError):
                checked(folder, made, heads_only=True)
    (folder / name).write_bytes(raw)
    return accepted


# Every kind of file that an export has: what is full, what is partial, tiles above tiles.
KINDS = (
    "checkpoint",
    "commits/000",
    "commits/001",
    "commits/002.p/3",
    "tile/0/000",
    "tile/0/002.p/3",
    "tile/1/000.p/2",
    "tile/entries/000",
    "tile/entries/002.p/3",
)
WIDE = long_log(100, 400, 13)


def test_the_kinds_of_file_are_all(tmp_path):
    """What the mutations below go through is every file of an export but the two that nobody believes."""
    write_export(tmp_path, WIDE)
    others = {"README", "vkeys.txt", "tile/0/001", "tile/entries/001"}
    assert set(files(tmp_path)) == {*KINDS, *others}
    assert (tmp_path / "commits/001").stat().st_size > 0 and judge(tmp_path, WIDE) is None


@pytest.mark.parametrize("name", KINDS)
def test_no_mutation_of_a_sample_survives(tmp_path, name):
    """Two bit flips and one deletion at the ends of each kind of file and at places between: both refuse all."""
    write_export(tmp_path, WIDE)
    size = (tmp_path / name).stat().st_size
    assert survivors(tmp_path, WIDE, name, sorted({0, size - 1, *range(0, size, size // 4 + 1)})) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_no_mutation_survives(tmp_path, name):
    """Every byte of each kind of file, flipped twice and taken out; of what is long, every third or sixteenth byte."""
    write_export(tmp_path, WIDE)
    size = (tmp_path / name).stat().st_size
    step = 16 if size > 10_000 else 3 if size > 5_000 else 1
    assert survivors(tmp_path, WIDE, name, range(0, size, step)) == 0


@pytest.mark.slow
def test_no_mutation_of_a_small_export_survives(tmp_path):
    """The same at every byte of every file that counts, where an export is small: bundles included."""
    write_export(tmp_path, SMALL)
    for name, raw in files(tmp_path).items():
        if name.startswith(PROVEN):
            assert survivors(tmp_path, SMALL, name, range(len(raw))) == 0
    assert judge(tmp_path, SMALL) is None


@pytest.mark.parametrize("name", ["README", "vkeys.txt"])
def test_no_mutation_of_what_is_for_people_changes_a_verdict(tmp_path, name):
    """The keys are in the log: a list of them beside it can say what it likes, and both verifiers do not look."""
    write_export(tmp_path, SMALL)
    raw = (tmp_path / name).read_bytes()
    for bad in mutations(raw, range(0, len(raw), 61)):
        (tmp_path / name).write_bytes(bad)
        assert judge(tmp_path, SMALL) is None


def test_what_is_for_people_is_not_believed(tmp_path):
    """Neither README nor vkeys.txt changes a verdict, also when a stranger's key stands there."""
    write_export(tmp_path, SMALL)
    (tmp_path / "vkeys.txt").write_text("force.example/vault/7f3a+00000000+AAAA # ada 0 -\n")
    (tmp_path / "README").unlink()
    assert judge(tmp_path, SMALL) is None


def test_a_cosignature_is_ignored(tmp_path):
    """A line by somebody unknown, as a witness adds one, changes nothing."""
    write_export(tmp_path, SMALL)
    path = tmp_path / "checkpoint"
    path.write_bytes(path.read_bytes() + "— witness AAAAAAA=\n".encode())
    assert judge(tmp_path, SMALL) is None
    path.write_bytes(path.read_bytes() + "— witness AAAA\n".encode())
    assert isinstance(judge(tmp_path, SMALL), BadNote)


@pytest.mark.parametrize(
    "name", ["checkpoint", "commits/000.p/10", "tile/0/000.p/10", "tile/entries/000.p/10"]
)
def test_a_missing_file_is_named(tmp_path, name):
    """Also one that is no plain file, or longer than it can be."""
    write_export(tmp_path, SMALL)
    path = tmp_path / name
    path.unlink()
    assert name in str(judge(tmp_path, SMALL))
    os.mkfifo(path)
    with pytest.raises(BadExport, match="not a file"):
        checked(tmp_path)
    path.unlink()
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(BadExport, match="longer than it can be"):
        checked(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    """The system's own words stop at the boundary."""
    write_export(tmp_path, SMALL)

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadExport, match="checkpoint cannot be read"):
        checked(tmp_path)


def test_an_upper_tile_is_checked(tmp_path, long_export):
    """Tiles above the leaves must be made of those below, partial or full."""
    write_export(tmp_path, LONG)
    name = next(name for name in files(tmp_path) if name.startswith("tile/1/"))
    raw = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(bytes(32) + raw[32:])
    assert "does not hold the roots" in str(judge(tmp_path, LONG))


def test_a_bundle_has_as_many_entries_as_its_name_says(tmp_path):
    """One too few or too many is found before anything is made of them."""
    write_export(tmp_path, SMALL)
    path = tmp_path / "tile/entries/000.p/10"
    raw, extra = path.read_bytes(), b"\0\2{}"
    first = int.from_bytes(raw[:2])
    for bad in (raw + extra, raw[2 + first :], b""):
        path.write_bytes(bad)
        assert "entries, not 10" in str(judge(tmp_path, SMALL))


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


# --- the twelve attacks ------------------------------------------------------------------------------------------


def edited(body: bytes, **changes) -> bytes:
    return encode(decode(body)._replace(**changes))


def rechained(bodies, seq: int, prev: bytes) -> list[bytes]:
    out = []
    for body in bodies:
        out.append(edited(body, seq=seq, prev=prev))
        seq, prev = seq + 1, leaf_hash(out[-1])
    return out


def signed(bodies_so_far, key=ADA) -> bytes:
    head = Checkpoint(ORIGIN, len(bodies_so_far), tree_root(map(leaf_hash, bodies_so_far)))
    return checkpoint.sign(head, public=key.public, sign=key.sign)


PLAIN = [(list(each.bodies), each.note) for each in long_log(4, 3)]
MADE = long_log(4, 3)


def attack(change: str) -> list[tuple[list[bytes], bytes]]:
    """The log 2 + 4 + 3 with the middle commit falsified."""
    first, (bodies, note), last = PLAIN
    b = list(bodies)
    if change in ("edit", "edit and rechain", "edit, rechain, sign"):
        b[1] = edited(b[1], data={"n": 99})
    elif change in ("delete", "delete, rechain, sign"):
        del b[1]
    elif change == "reorder":
        b[1], b[2] = b[2], b[1]
    elif change == "insert":
        b.insert(1, edited(b[1], data={"n": 99}))
    if "rechain" not in change:
        return [first, (b, note), last]
    b = rechained(b, 2, leaf_hash(first[0][-1]))
    tail = rechained(last[0], 2 + len(b), leaf_hash(b[-1]))
    if "sign" in change:
        return [first, (b, signed(first[0] + b, BEA)), (tail, signed(first[0] + b + tail))]
    return [first, (b, note), (tail, last[1])]


@pytest.mark.parametrize(
    ("change", "seq"),
    [("edit", 4), ("delete", 0), ("reorder", 3), ("insert", 0), ("edit and rechain", 2)],
)
def test_a_falsified_middle_is_named(tmp_path, change, seq):
    """Without a key: the first bad entry is named, or the first of a bundle that has not as many as its name says."""
    forge(tmp_path / "log", attack(change))
    error = judge(tmp_path / "log", MADE)
    assert error is not None and error.seq == seq
    with pytest.raises(AuditError):
        checked(tmp_path / "log", MADE, heads_only=True)


@pytest.mark.parametrize("change", ["edit, rechain, sign", "delete, rechain, sign"])
@pytest.mark.parametrize("held", [1, 2])
def test_a_stolen_key_is_found_by_a_held_head(tmp_path, change, held):
    """All keys stolen, everything signed again: the log is whole in itself, and a held head shows the fork."""
    forge(tmp_path / "log", attack(change))
    assert judge(tmp_path / "log", MADE) is None
    kept = held_file(tmp_path / "log", MADE[held].note)
    error = judge(tmp_path / "log", MADE, [kept])
    assert isinstance(error, Forked if change.startswith("edit") or held == 1 else RolledBack)


def test_a_colleagues_entries_are_not_signed_by_an_insider(tmp_path):
    """A member with a good key and the database rewrites a colleague's commit and signs the new head."""
    first, (b, _), last = attack("edit, rechain, sign")
    forge(tmp_path / "log", [first, (b, signed(first[0] + b, ADA)), last])
    error = judge(tmp_path / "log", MADE)
    assert isinstance(error, BadSignature)
    assert error.seq == 2
    # Only the last head's signature: this is what --heads-only does not look at.
    assert checked(tmp_path / "log", MADE, heads_only=True).commits is None


def test_a_cut_tail_is_found_by_the_newest_head_or_a_held_one(tmp_path):
    """Left with the newest checkpoint, or put back to an old one."""
    forge(tmp_path / "cut", PLAIN[:2])
    (tmp_path / "cut/checkpoint").write_bytes(MADE[2].note)
    assert judge(tmp_path / "cut", MADE) is not None
    forge(tmp_path / "old", PLAIN[:2])
    assert judge(tmp_path / "old", MADE) is None
    kept = held_file(tmp_path / "old", MADE[2].note)
    error = judge(tmp_path / "old", MADE, [kept])
    assert isinstance(error, RolledBack)
    assert error.seq == 6


def test_a_fork_shows_both_heads(tmp_path):
    """Another suffix, properly signed: the two notes together are the evidence."""
    other = Follower.start()
    feed(other, *MADE[:2])
    forked = write(other, note_of(8), note_of(9), note_of(10), note_of(11))
    write_export(tmp_path / "log", [*MADE[:2], forked])
    kept = held_file(tmp_path / "log", MADE[2].note)
    error = judge(tmp_path / "log", MADE, [kept])
    assert isinstance(error, Forked)
    assert (error.ours, error.theirs, error.seq) == (MADE[2].note.decode(), forked.note.decode(), 8)
    with pytest.raises(Forked) as caught:
        checked(tmp_path / "log", MADE, held=[read_held(kept)], heads_only=True)
    assert caught.value.theirs == forked.note.decode()


def test_held_heads_that_agree_are_passed_also_between_commits(tmp_path):
    """Any number in one pass."""
    write_export(tmp_path / "log", LONG)
    held = [held_file(tmp_path / "log", each.note) for each in LONG]
    inside = signed([body for each in LONG for body in each.bodies][:300])
    held.append(held_file(tmp_path / "log", inside))
    assert judge(tmp_path / "log", LONG, held) is None
    assert len(checked(tmp_path / "log", LONG, held=[read_held(path) for path in held]).held) == len(held)


def test_what_nobody_signed_is_called_broken_and_not_a_fork(tmp_path):
    """A held head differs because an entry was changed without a key: the entry is named."""
    forge(tmp_path / "log", attack("edit and rechain"))
    kept = read_held(held_file(tmp_path / "log", MADE[1].note))
    for heads_only in (False, True):
        with pytest.raises(BadChain):
            checked(tmp_path / "log", MADE, held=[kept], heads_only=heads_only)


def test_a_fork_before_something_broken_is_a_fork(tmp_path):
    """What lies behind the fork does not hide it; what lies before does."""
    log = attack("edit, rechain, sign")
    log[2] = (log[2][0], MADE[2].note)
    forge(tmp_path / "log", log)
    with pytest.raises(Forked):
        checked(tmp_path / "log", MADE, held=[read_held(held_file(tmp_path / "log", MADE[1].note))])
    with pytest.raises(BadChain):
        checked(tmp_path / "log", MADE, held=[read_held(held_file(tmp_path / "log", MADE[2].note))])
    (tmp_path / "log/commits/000.p/9").write_bytes(b"\0")
    with pytest.raises(BadExport):
        checked(tmp_path / "log", MADE, held=[read_held(held_file(tmp_path / "log", MADE[1].note))])


def test_another_vault_or_a_head_of_another_log(tmp_path):
    """The vault id is compared with the first entry, and a held head with the origin in it."""
    write_export(tmp_path / "log", SMALL)
    with pytest.raises(BadChain, match="another vault") as caught:
        verify(tmp_path / "log", vault_id=parse_vault_id("00" * 32))
    assert caught.value.seq == 0
    with pytest.raises(ValueError, match="another author, or vault"):
        SECOND.verify(tmp_path / "log", "00" * 32)
    other = checkpoint.sign(Checkpoint("elsewhere", 1, bytes(32)), public=ADA.public, sign=ADA.sign)
    assert isinstance(judge(tmp_path / "log", SMALL, [held_file(tmp_path / "log", other)]), BadNote)


def test_an_empty_log_is_none(tmp_path):
    """Without a genesis there is nothing that a vault id could name."""
    note = checkpoint.sign(Checkpoint(ORIGIN, 0, Frontier().root()), public=ADA.public, sign=ADA.sign)
    (tmp_path / "checkpoint").write_bytes(note)
    assert "empty" in str(judge(tmp_path, SMALL))


# --- what a signer with a program of its own might write ---------------------------------------------------------


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


def test_the_second_verifier_needs_python_alone(tmp_path):
    """It runs isolated, without site packages, in at most 120 lines."""
    source = Path(SECOND.__file__)
    assert len(source.read_text().splitlines()) <= 120
    write_export(tmp_path, SMALL)
    command = [sys.executable, "-I", "-S", str(source), str(tmp_path)]
    good = subprocess.run([*command, SMALL[0].leaves[0].hex()], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout[:16]) == (0, "OK: 10 entries, ")
    bad = subprocess.run([*command, "00" * 32], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stderr[:5]) == (1, "FAIL:")
