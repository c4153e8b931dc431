"""Who may sign follows from the log alone, by position."""

from __future__ import annotations

import pytest

from audit import b64
from audit.entry import Entry
from audit.errors import BadEntry, BadKey, BadSignature
from audit.follow import Draft
from audit.signers import Signer, Signers
from tests.audit.given import ADA, BEA, EVE, ORIGIN, TIME, added, genesis, note_of, revoked, vouching
from tests.audit.test_keys import ENCODINGS


class Log:
    """Entries pushed straight at a set of signers: (author, draft) at the next position."""

    def __init__(self, first: Draft | None = None) -> None:
        self.signers = Signers()
        self.seq = 0
        self("ada", first or genesis())

    def __call__(self, author: str, draft: Draft) -> bool:
        entry = Entry(self.seq, bytes(32), TIME, author, draft.event, draft.subject, draft.data)
        changed = self.signers.apply(entry)
        self.seq += 1
        return changed

    def void(self, author: str, draft: Draft) -> bool:
        """Whether the event changed nothing and is listed as ignored."""
        before, seq = self.signers.items(), self.seq
        return not self(author, draft) and self.signers.items() == before and self.signers.ignored[-1] == seq


@pytest.fixture
def log() -> Log:
    return Log()


def test_genesis_names_the_first_signer(log):
    """The genesis signer vouches and signs from the first commit on."""
    first = Signer("ada", ADA.public, 0, None, True)
    assert log.signers.items() == (first,)
    assert log.signers.in_force("ada", 0) == log.signers.in_force("ada", 9) == first


def test_a_signer_is_in_force_after_its_adding_and_up_to_its_revocation(log):
    """Added at 1 and revoked at 4: commits that begin at 2, 3 or 4, and no others."""
    assert log("ada", added("bea"))
    log("ada", note_of(2))
    log("ada", note_of(3))
    assert log("ada", revoked("bea"))
    for first in (2, 3, 4):
        assert log.signers.in_force("bea", first).public == BEA.public
    for first, complaint in [
        (0, "only added"),
        (1, "only added"),
        (5, "revoked at entry 4"),
        (99, "revoked"),
    ]:
        with pytest.raises(BadSignature, match=complaint) as caught:
            log.signers.in_force("bea", first)
        assert caught.value.seq == first


@pytest.mark.parametrize("who", ["", "eve"])
def test_a_stranger_is_not_in_force(log, who):
    """Only the log makes signers."""
    with pytest.raises(BadSignature, match="not a signer"):
        log.signers.in_force(who, 1)


def test_other_events_change_nothing(log):
    """Ordinary entries neither change who may sign nor are they void."""
    assert not log("ada", note_of(1))
    assert log.signers.ignored == ()


def test_a_signer_that_does_not_vouch_changes_nobody_but_itself(log):
    """Adding, revoking and vouching by such a signer are void; it may only give up its own key."""
    log("ada", added("bea"))
    assert log.void("bea", added("eve"))
    assert log.void("bea", revoked("ada"))
    assert log.void("bea", vouching("bea", True))
    assert log("bea", revoked("bea"))
    assert log.signers.ignored == (2, 3, 4)


def test_vouching_is_given_and_taken(log):
    """A signer that was made to vouch adds others, and cannot once it is taken away."""
    log("ada", added("bea"))
    assert log("ada", vouching("bea", True))
    assert log("bea", added("eve"))
    assert log("ada", vouching("bea", False))
    assert log.void("bea", revoked("eve"))


def test_a_revoked_or_unknown_author_changes_nothing(log):
    """An author must be in force when it writes."""
    log("ada", added("bea", vouches=True))
    log("bea", revoked("ada"))
    assert log.void("ada", added("eve"))
    assert log.void("ada", revoked("ada"))
    assert log.void("eve", added("eve"))


def test_ids_and_keys_are_never_reused(log):
    """Neither a known id nor a known key can be added, also after revocation."""
    log("ada", added("bea"))
    log("ada", revoked("bea"))
    assert log.void("ada", added("bea", key=EVE))
    assert log.void("ada", added("new", key=BEA))
    assert log.void("ada", added("other", key=ADA))


@pytest.mark.parametrize(
    "draft",
    [revoked("eve"), vouching("eve", True), genesis(EVE, "ada"), revoked("bea"), vouching("bea", True)],
)
def test_events_about_the_unknown_or_the_gone_are_void(log, draft):
    """There is nobody to revoke or to trust, and only one genesis."""
    log("ada", added("bea"))
    log("ada", revoked("bea"))
    assert log.void("ada", draft)


@pytest.mark.parametrize(
    "draft",
    [
        Draft("signer.added", "eve", {}),
        Draft("signer.added", "eve", {"key": EVE.b64}),
        Draft("signer.added", "eve", {"key": EVE.b64, "vouches": 1}),
        Draft("signer.added", "eve", {"vouches": True}),
        Draft("signer.added", "eve", {"key": 7, "vouches": True}),
        Draft("signer.added", "eve", {"key": "AAAA", "vouches": True}),
        Draft("signer.added", "", {"key": EVE.b64, "vouches": True}),
        Draft("signer.vouching", "ada", {}),
        Draft("signer.vouching", "ada", {"vouches": "yes"}),
    ],
)
def test_a_signer_event_without_its_members_is_void(log, draft):
    """Half an event does nothing, and is listed."""
    assert log.void("ada", draft)


def test_further_members_are_ignored(log):
    """The vault may say more in these events than the log needs."""
    assert log("ada", Draft("signer.added", "eve", {"key": EVE.b64, "vouches": False, "role": "holder"}))
    assert Log(genesis(policy="x")).signers.items()


@pytest.mark.parametrize("raw", [bytes(32), b"\1" + bytes(31), b"\xff" * 32, ENCODINGS[7]])
def test_a_key_that_proves_nothing_is_void(log, raw):
    """Nobody is added by it, and whoever may add signers does not stop the readers by it."""
    weak = b64.encode(raw)
    log("ada", added("bea"))
    for author in ("ada", "bea"):
        assert log.void(author, Draft("signer.added", "eve", {"key": weak, "vouches": False}))
    with pytest.raises(BadSignature):
        log.signers.in_force("eve", log.seq)
    assert log("ada", added("eve"))


def test_a_genesis_with_such_a_key_stops_the_reader():
    """A log that anybody can have signed is none."""
    with pytest.raises(BadKey) as caught:
        Log(Draft("log.genesis", "ada", {"origin": ORIGIN, "key": b64.encode(bytes(32))}))
    assert caught.value.seq == 0


@pytest.mark.parametrize(
    "first",
    [
        note_of(0),
        added("ada"),
        Draft("log.genesis", "bea", {"origin": ORIGIN, "key": ADA.b64}),
        Draft("log.genesis", "ada", {"key": ADA.b64}),
        Draft("log.genesis", "ada", {"origin": 7, "key": ADA.b64}),
        Draft("log.genesis", "ada", {"origin": "", "key": ADA.b64}),
        Draft("log.genesis", "ada", {"origin": "my log", "key": ADA.b64}),
        Draft("log.genesis", "ada", {"origin": "a+b", "key": ADA.b64}),
        Draft("log.genesis", "ada", {"origin": ORIGIN}),
        Draft("log.genesis", "ada", {"origin": ORIGIN, "key": "AAAA"}),
    ],
)
def test_a_log_without_a_proper_genesis_is_none(first):
    """The first entry must name the log and, as its own author, the first key."""
    with pytest.raises(BadEntry) as caught:
        Log(first)
    assert caught.value.seq == 0


def test_signers_can_be_stored_and_built_again(log):
    """The list of signers is all the state there is; copies do not share it."""
    log("ada", added("bea"))
    log("ada", revoked("bea"))
    again, twin = Signers(log.signers.items()), log.signers.copy()
    log("ada", added("eve"))
    assert again.items() == twin.items() == log.signers.items()[:2]
