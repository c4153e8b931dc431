"""Twelve ways to falsify a log, each refused by the check that is there for it."""

from __future__ import annotations

import pytest

from audit import checkpoint
from audit.entry import Entry, encode, leaf_hash
from audit.errors import AuditError, BadChain, BadSignature, Forked, RolledBack
from audit.follow import Draft, Follower
from audit.write import Prepared
from tests.audit.given import (
    ADA,
    EVE,
    KEYS,
    added,
    edited,
    feed,
    genesis,
    make,
    note_of,
    rechained,
    revoked,
    state,
    write,
)

HONEST = Follower.start()
LOG = [
    write(HONEST, genesis(), added("bea")),
    write(HONEST, note_of(1), note_of(2), note_of(3), by="bea"),
    write(HONEST, note_of(4), note_of(5)),
]


def refused(error: type[AuditError], *shown: Prepared, held=None) -> AuditError:
    """The refusal of the last commit shown, after all before it were accepted and with nothing taken in."""
    follower = Follower.start(held=held)
    feed(follower, *shown[:-1])
    before = state(follower)
    with pytest.raises(error) as caught:
        feed(follower, shown[-1])
    assert state(follower) == before
    return caught.value


def with_bodies(made: Prepared, *bodies: bytes) -> Prepared:
    return made._replace(bodies=bodies)


B0, B1, B2 = LOG[1].bodies


def test_edit():
    """A changed entry breaks the link to the next, which is named."""
    error = refused(BadChain, LOG[0], with_bodies(LOG[1], B0, edited(B1, data={"n": 99}), B2))
    assert error.seq == 4


def test_delete():
    """A missing entry leaves a gap at its place."""
    assert refused(BadChain, LOG[0], with_bodies(LOG[1], B0, B2)).seq == 3


def test_reorder():
    """Two entries exchanged are not at their places."""
    assert refused(BadChain, LOG[0], with_bodies(LOG[1], B1, B0, B2)).seq == 2


def test_insert():
    """An entry put between two others takes a place that the next one claims."""
    slipped = edited(B1, data={"n": 99})
    assert refused(BadChain, LOG[0], with_bodies(LOG[1], B0, slipped, B1, B2)).seq in (3, 4)


@pytest.mark.parametrize(
    "bodies",
    [
        pytest.param([B0, edited(B1, data={"n": 99}), B2], id="edited"),
        pytest.param([B0, B2], id="deleted"),
        pytest.param([B0, B2, B1], id="reordered"),
        pytest.param([B0, edited(B1, data={"n": 99}), B1, B2], id="inserted"),
    ],
)
def test_edit_and_rechain(bodies):
    """A chain mended without the key is whole, and is not what was signed."""
    assert refused(BadChain, LOG[0], with_bodies(LOG[1], *rechained(bodies))).seq == 2


def test_truncation_with_a_held_head():
    """A log cut at its end is whole in itself; a head that is held shows what is missing."""
    follower = Follower.start(held={7: LOG[2].checkpoint.root})
    feed(follower, *LOG[:2])
    with pytest.raises(RolledBack) as caught:
        follower.verify_reached()
    assert caught.value.seq == 5


def test_truncation_inside_a_commit():
    """A commit without its last entry is not what its checkpoint was signed over."""
    assert refused(BadChain, LOG[0], with_bodies(LOG[1], B0, B1)).seq == 2


def test_rollback():
    """A log put back to an earlier state is shorter than what this client has verified itself."""
    follower = Follower.start()
    feed(follower, *LOG)
    with pytest.raises(RolledBack):
        follower.verify_reached(shown=LOG[1].checkpoint.size)


def test_fork_with_a_held_head():
    """Another history, properly signed, contradicts the head held of the first one."""
    other = Follower.start()
    feed(other, *LOG[:2])
    forked = make(other, note_of(8), note_of(9))
    error = refused(Forked, *LOG[:2], forked, held={7: LOG[2].checkpoint.root})
    assert LOG[2].checkpoint.text().decode() == error.ours and error.theirs == forked.note.decode()


def test_revoked_signer():
    """A key is worth nothing after the entry that revokes it, however good its signature."""
    forger, reader = Follower.start(), Follower.start()
    feed(forger, LOG[0])
    feed(reader, LOG[0], write(forger, revoked("bea")))
    commit = forged(forger, note_of(1), by="bea")
    with pytest.raises(BadSignature, match="revoked at entry 2") as caught:
        reader.commit(*commit)
    assert caught.value.seq == 3


def forged(follower: Follower, draft: Draft, *, by: str, key=None) -> tuple[list[bytes], bytes, str]:
    """A commit made around our writer, as an attacker's own program would make it."""
    entry = Entry(
        follower.size, follower.last, "2026-11-20T10:00:00Z", by, draft.event, draft.subject, draft.data
    )
    body = encode(entry)
    frontier = follower.frontier
    frontier.append(leaf_hash(body))
    head = checkpoint.Checkpoint(follower.origin, frontier.size, frontier.root())
    signer = key or KEYS[by]
    return [body], checkpoint.sign(head, public=signer.public, sign=signer.sign), by


def test_a_signer_added_by_one_who_may_not_vouch():
    """The entry stands, is void, and the key that it names signs nothing."""
    follower = Follower.start()
    feed(follower, LOG[0])
    commit = follower.commit(*forged(follower, added("eve"), by="bea"))
    assert commit.ignored == (2,)
    with pytest.raises(BadSignature, match="not a signer"):
        follower.commit(*forged(follower, note_of(1), by="eve"))


def test_wrong_actor():
    """Nobody signs entries in another's name."""
    follower = Follower.start()
    feed(follower, LOG[0])
    bodies, note, _ = forged(follower, note_of(1), by="ada", key=KEYS["bea"])
    with pytest.raises(BadChain, match="not the commit's signer") as caught:
        follower.commit(bodies, note, "bea")
    assert caught.value.seq == 2
    with pytest.raises(BadSignature):
        follower.commit(bodies, note, "ada")


def test_another_keys_signature():
    """A stranger's signature under a signer's name is none, also on the first commit."""
    follower = Follower.start()
    feed(follower, LOG[0])
    with pytest.raises(BadSignature) as caught:
        follower.commit(*forged(follower, note_of(1), by="ada", key=EVE))
    assert caught.value.seq == 2
    line = checkpoint.sign(LOG[0].checkpoint, public=EVE.public, sign=EVE.sign)
    with pytest.raises(BadSignature):
        Follower.start().commit(LOG[0].bodies, line, "ada")


def test_a_signed_checkpoint_of_another_place():
    """A genuine checkpoint of another size, or of another root, does not fit."""
    assert refused(BadChain, LOG[0], LOG[1]._replace(note=checkpoint_by_bea(size=9))).message.endswith("at 9")
    assert (
        "root" in refused(BadChain, LOG[0], LOG[1]._replace(note=checkpoint_by_bea(root=bytes(32)))).message
    )


def checkpoint_by_bea(**changes) -> bytes:
    bea = KEYS["bea"]
    return checkpoint.sign(LOG[1].checkpoint._replace(**changes), public=bea.public, sign=bea.sign)


def test_a_commit_played_again():
    """The same commit a second time does not continue the log."""
    assert refused(BadChain, LOG[0], LOG[1], LOG[1]).seq == 5


def test_another_log_under_the_same_keys():
    """A vault id that was held shows that this is another log, from its first entry."""
    other = Follower.start()
    first = write(other, genesis(ADA, more="x"))
    assert refused(Forked, first, held={1: LOG[0].leaves[0]}).seq == 0
