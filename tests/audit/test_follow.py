"""A follower believes what is proven, all of a commit or nothing of it."""

from __future__ import annotations

import pytest

from audit.checkpoint import Checkpoint
from audit.errors import AuditError, BadChain, BadEntry, BadNote, Forked, RolledBack
from audit.follow import Follower
from audit.merkle import EMPTY_ROOT
from tests.audit.given import (
    ADA,
    BEA,
    ORIGIN,
    added,
    feed,
    genesis,
    make,
    note_of,
    state,
    three_commits,
    write,
)

LOG = three_commits()


def test_a_whole_log_is_followed():
    """Entries and leaves come back, and the head is the last checkpoint's."""
    follower = Follower.start()
    commits = feed(follower, *LOG)
    assert [len(each.entries) for each in commits] == [2, 2, 1]
    assert [each.leaves for each in commits] == [each.leaves for each in LOG]
    head = follower.head()
    assert (head.size, head.root, head.last) == (5, LOG[-1].checkpoint.root, LOG[-1].leaves[-1])
    assert (follower.origin, follower.vault_id, follower.size) == (ORIGIN, LOG[0].leaves[0], 5)


def test_nothing_is_known_before_genesis():
    """A new follower has no origin and no vault id, and its head is the empty tree's."""
    follower = Follower.start()
    assert (follower.origin, follower.vault_id, follower.head().root) == ("", None, EMPTY_ROOT)


def test_a_resumed_follower_goes_on_where_it_stood():
    """Origin, frontier, last leaf and signers are all that must be kept."""
    first, whole = Follower.start(), Follower.start()
    feed(first, *LOG[:2])
    kept = {"origin": first.origin, "frontier": first.frontier, "last": first.last, "signers": first.signers}
    resumed = Follower.resume(**kept, vault_id=first.vault_id)
    feed(resumed, LOG[2])
    feed(whole, *LOG)
    assert state(resumed) == state(whole)
    assert kept["frontier"].size == 4
    assert Follower.resume(**kept).vault_id is None


def test_the_properties_are_copies():
    """What a caller does to a frontier or a set of signers does not reach the follower."""
    follower = Follower.start()
    feed(follower, LOG[0])
    before = state(follower)
    follower.frontier.append(bytes(32))
    assert state(follower) == before


def flips(raw: bytes):
    """`raw` with each of its bits changed in turn."""
    for at in range(len(raw) * 8):
        yield raw[: at // 8] + bytes([raw[at // 8] ^ 1 << at % 8]) + raw[at // 8 + 1 :]


@pytest.mark.parametrize("place", range(len(LOG)))
def test_no_changed_bit_of_a_body_survives(place):
    """Every single bit of every body of the log is covered; the follower stays as it was."""
    follower = Follower.start()
    feed(follower, *LOG[:place])
    before = state(follower)
    made, refused = LOG[place], 0
    for at, body in enumerate(made.bodies):
        for bad in flips(body):
            with pytest.raises(AuditError) as caught:
                follower.commit([*made.bodies[:at], bad, *made.bodies[at + 1 :]], made.note, made.signer)
            assert made.entries[0].seq <= caught.value.seq <= made.entries[-1].seq
            refused += 1
    assert refused == 8 * sum(map(len, made.bodies))
    assert state(follower) == before


@pytest.mark.parametrize("place", range(len(LOG)))
def test_no_changed_bit_of_a_note_survives(place):
    """Every single bit of every note is covered, outside the lines of unknown signers."""
    follower = Follower.start()
    feed(follower, *LOG[:place])
    before, made = state(follower), LOG[place]
    for bad in flips(made.note):
        with pytest.raises(AuditError) as caught:
            follower.commit(made.bodies, bad, made.signer)
        assert caught.value.seq == made.entries[0].seq
    assert state(follower) == before


def test_a_line_by_an_unknown_signer_changes_nothing():
    """A cosigned note is accepted as the same commit."""
    follower = Follower.start()
    note = LOG[0].note + "— witness AAAAAAA=\n".encode()
    assert follower.commit(LOG[0].bodies, note, "ada").checkpoint == LOG[0].checkpoint


def test_an_empty_commit_is_refused():
    """A signed head without an entry is no commit."""
    with pytest.raises(BadChain, match="at least one"):
        Follower.start().commit([], LOG[0].note, "ada")


def test_a_body_in_another_form_is_named():
    """The position of the body that is not an entry is in the error."""
    follower = Follower.start()
    with pytest.raises(BadEntry) as caught:
        follower.commit([LOG[0].bodies[0], b"{}"], LOG[0].note, "ada")
    assert caught.value.seq == 1


def head_after(place: int) -> Checkpoint:
    return LOG[place].checkpoint


def other(place: int) -> Checkpoint:
    return Checkpoint(ORIGIN, LOG[place].checkpoint.size, bytes(32))


def test_held_heads_that_agree_are_passed():
    """Any number of held heads, also between commits, are compared on the way and met."""
    held = {0: EMPTY_ROOT, 1: LOG[0].leaves[0], 2: head_after(0).root, 4: head_after(1).root}
    follower = Follower.start(held=held)
    feed(follower, *LOG)
    assert follower.verify_reached() == follower.head()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_a_held_head_that_contradicts_is_a_fork(size):
    """The commit that passes it is refused, with both sides as evidence, and nothing is taken in."""
    held = Checkpoint(ORIGIN, size, bytes(32))
    follower = Follower.start(held={size: held.root})
    place = next(n for n, made in enumerate(LOG) if made.checkpoint.size >= size)
    feed(follower, *LOG[:place])
    before = state(follower)
    with pytest.raises(Forked) as caught:
        feed(follower, LOG[place])
    assert caught.value.ours == held.text().decode()
    assert caught.value.theirs == LOG[place].note.decode()
    assert caught.value.seq == size - 1
    assert state(follower) == before


def test_only_what_was_signed_is_called_a_fork():
    """Bytes that nobody signed contradict a held head by being false, not by being another history."""
    follower = Follower.start(held={2: bytes(32)})
    with pytest.raises(BadChain):
        follower.commit(LOG[0].bodies[:1] + LOG[1].bodies[:1], LOG[0].note, "ada")


def test_ones_own_commit_is_compared_with_held_heads_too():
    """Accepting without verification does not skip a held head."""
    writer = Follower.start()
    made = make(writer, genesis())
    assert Follower.start(held={1: made.leaves[0]}).accept(made).leaves == made.leaves
    with pytest.raises(Forked):
        Follower.start(held={1: bytes(32)}).accept(made)


def test_a_head_can_be_held_while_following():
    """Held now if the log is as long, later if it is not yet; not if it is already longer."""
    follower = Follower.start()
    follower.hold(head_after(1))
    feed(follower, *LOG[:2])
    follower.hold(head_after(1))
    follower.hold(head_after(2))
    feed(follower, LOG[2])
    with pytest.raises(ValueError, match="grown past"):
        follower.hold(head_after(0))
    with pytest.raises(Forked):
        follower.hold(other(2))
    with pytest.raises(BadNote, match="of the log elsewhere"):
        follower.hold(Checkpoint("elsewhere", 9, bytes(32)))


def test_held_heads_are_not_skipped_when_resuming():
    """A follower that goes on compares what is held of its own size, and refuses what it can no longer compare."""
    first = Follower.start()
    feed(first, *LOG[:2])
    kept = {"origin": first.origin, "frontier": first.frontier, "last": first.last, "signers": first.signers}
    assert Follower.resume(**kept, held={4: head_after(1).root}).verify_reached().size == 4
    with pytest.raises(Forked):
        Follower.resume(**kept, held={4: bytes(32)})
    with pytest.raises(ValueError, match="grown past"):
        Follower.resume(**kept, held={2: head_after(0).root})
    with pytest.raises(Forked):
        Follower.start(held={0: bytes(32)})


def test_two_held_heads_of_one_size_contradict_each_other():
    """The log need not be seen to know that there are two."""
    follower = Follower.start()
    follower.hold(head_after(1))
    with pytest.raises(Forked):
        follower.hold(other(1))


def test_a_log_that_ends_before_a_held_head_was_rolled_back():
    """Whatever is shown must reach the furthest head that is held, or that was verified."""
    follower = Follower.start(held={5: head_after(2).root})
    feed(follower, *LOG[:2])
    with pytest.raises(RolledBack) as caught:
        follower.verify_reached()
    assert caught.value.seq == 4
    feed(follower, LOG[2])
    assert follower.verify_reached().size == follower.verify_reached(shown=7).size == 5
    with pytest.raises(RolledBack):
        follower.verify_reached(shown=4)


def test_void_signer_events_are_listed_with_their_commit():
    """A commit says which of its own signer events were void."""
    follower = Follower.start()
    write(follower, genesis(), added("bea"))
    made = make(follower, note_of(1), added("eve"), by="bea")
    assert feed(follower, made)[0].ignored == (3,)
    assert feed(follower, make(follower, note_of(2), by="bea"))[0].ignored == ()
    assert [each.public for each in follower.signers.items()] == [ADA.public, BEA.public]
