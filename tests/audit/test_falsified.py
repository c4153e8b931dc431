"""A falsified log, well signed or not: the first bad entry is named, and a held head shows what it alone cannot."""

from __future__ import annotations

import pytest

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.entry import leaf_hash
from audit.errors import AuditError, BadChain, BadExport, BadNote, BadSignature, Forked, RolledBack
from audit.follow import Follower
from audit.merkle import Frontier
from audit.verify import read_held, verify
from audit.words import parse_vault_id
from tests.audit.exports import SECOND, forge, judge, write_export
from tests.audit.given import ADA, BEA, ORIGIN, edited, feed, note_of, rechained, write
from tests.audit.verifying import LONG, MADE, PLAIN, SMALL, checked, held_file, signed


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
