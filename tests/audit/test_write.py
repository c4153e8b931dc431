"""A commit is made without being believed, and is then what every reader accepts."""

from __future__ import annotations

import pytest

from audit.entry import decode, leaf_hash
from audit.errors import BadChain, BadEntry, BadSignature
from audit.follow import Draft, Follower
from audit.merkle import tree_root
from tests.audit.given import ADA, BEA, ORIGIN, TIME, added, feed, genesis, make, note_of, state, write


@pytest.fixture
def follower() -> Follower:
    follower = Follower.start()
    write(follower, genesis(), added("bea"))
    return follower


def test_what_is_written_is_what_a_reader_accepts(follower):
    """Chained bodies, their leaves, and a checkpoint over the whole log."""
    made = make(follower, note_of(1), note_of(2), by="bea")
    assert [decode(body) for body in made.bodies] == list(made.entries)
    assert [leaf_hash(body) for body in made.bodies] == list(made.leaves)
    assert [each.seq for each in made.entries] == [2, 3]
    assert made.entries[0].prev == follower.last and made.entries[1].prev == made.leaves[0]
    assert {(each.actor, each.time) for each in made.entries} == {("bea", TIME)}
    assert (made.checkpoint.origin, made.checkpoint.size) == (ORIGIN, 4)
    commit = follower.commit(made.bodies, made.note, "bea")
    assert (commit.entries, commit.leaves, commit.checkpoint) == (made.entries, made.leaves, made.checkpoint)


def test_preparing_changes_nothing(follower):
    """A commit that is never appended leaves the follower where it was."""
    before = state(follower)
    make(follower, note_of(1))
    assert state(follower) == before


def test_accepting_and_verifying_come_to_the_same():
    """The short way for one's own commits ends in the same state as the full check."""
    short, full = Follower.start(), Follower.start()
    for drafts in ([genesis(), added("bea")], [note_of(1), Draft("signer.vouching", "eve", {})]):
        made = make(short, *drafts)
        assert short.accept(made) == feed(full, made)[0]
        assert state(short) == state(full)
    assert short.signers.ignored == (3,)


def test_the_root_is_over_all_leaves():
    """The signed root is the RFC 6962 root over every leaf from the first."""
    follower, leaves = Follower.start(), []
    for n in range(20):
        made = write(follower, note_of(n) if n else genesis())
        leaves += made.leaves
        assert made.checkpoint.root == tree_root(leaves)


def test_a_commit_for_another_end_of_the_log_is_not_accepted(follower):
    """Of two commits prepared for one place, the second comes too late, even at equal length."""
    first, second = make(follower, note_of(1)), make(follower, note_of(2))
    follower.accept(first)
    before = state(follower)
    for late in (first, second):
        with pytest.raises(BadChain, match="another end"):
            follower.accept(late)
    assert state(follower) == before
    other = Follower.start()
    write(other, genesis(more=1), added("bea"))
    with pytest.raises(BadChain, match="another end"):
        other.accept(first)


def test_an_accepted_commit_does_not_share_its_state(follower):
    """Going on from an accepted commit does not change the value that was accepted."""
    made = write(follower, note_of(1))
    write(follower, note_of(2))
    assert (made.after.size, follower.size) == (3, 4)


def test_adding_after_sealing_does_not_reach_what_was_sealed(follower):
    """A sealed commit stays what was signed, whatever its writer is used for afterwards."""
    writer = follower.writer(actor="ada", time=TIME, public=ADA.public)
    writer.add("account.noted", "a1", {})
    made = writer.seal(ADA.sign)
    writer.add("account.noted", "a2", {})
    follower.accept(made)
    assert (follower.size, follower.last) == (3, made.leaves[-1])


def test_an_entry_that_cannot_be_written_leaves_the_commit_as_it_was(follower):
    """A refused draft is not half in: what is added next takes its place."""
    writer = follower.writer(actor="ada", time=TIME, public=ADA.public)
    writer.add("account.noted", "a1", {})
    with pytest.raises(BadEntry):
        writer.add("account.noted", "a1", {"x": 1.5})
    assert writer.add("account.noted", "a2", {}).seq == 3
    made = writer.seal(ADA.sign)
    assert [each.subject for each in made.entries] == ["a1", "a2"]
    follower.commit(made.bodies, made.note, "ada")


def test_an_empty_commit_is_not_sealed(follower):
    """A commit has an entry, or there is nothing to sign."""
    with pytest.raises(BadChain, match="at least one"):
        make(follower)


@pytest.mark.parametrize(("actor", "key"), [("eve", ADA), ("ada", BEA), ("bea", ADA)])
def test_who_may_not_sign_here_cannot_begin(follower, actor, key):
    """An unknown signer, or a key that is another's, is refused before anything is built."""
    with pytest.raises(BadSignature) as caught:
        follower.writer(actor=actor, time=TIME, public=key.public)
    assert caught.value.seq == 2


def test_the_first_commit_is_signed_by_the_key_that_it_names():
    """Genesis with one key and another's signature is not sealed."""
    with pytest.raises(BadSignature, match="not the one"):
        make(Follower.start(), genesis(BEA))


def test_a_false_signature_is_noticed_before_it_is_appended(follower):
    """A signing function that errs does not produce a commit."""
    with pytest.raises(BadSignature):
        follower.prepare([note_of(1)], actor="ada", time=TIME, public=ADA.public, sign=BEA.sign)
