"""Versions: every way in which one is void, and what one writes."""

from __future__ import annotations

import pytest

from tests.domain.examples import Refused, named, share
from tests.domain.fold import Fold, acc, bat, epo, force, give, kst, member, per, tem
from vault.domain import secrets

NEXT = {"why": "rotation"}


def due(scene: Fold) -> None:
    """A further custodian makes the epoch due."""
    scene.do("role.given", per("amy"), role="custodian")


def wrapped(scene: Fold, name: str, *to: str, by: str = "cal") -> None:
    scene.do("keys.wrapped", bat(name), by=by, seals=dict.fromkeys(to, "A" * 43 + "="))


CASES = [
    Refused("an id twice", "keys.wrapped", "exists already", after=lambda s: wrapped(s, "new", kst("hal"))),
    Refused("an unknown account", "version.written", "the account is not", subject=acc("eve")),
    Refused("number repeated", "version.written", "not the next one", {"number": 1}),
    Refused("number left out", "version.written", "not the next one", {"number": 3}),
    Refused("an old epoch", "version.written", "custody epoch in force", {"epoch": epo("cus")}),
    Refused("an epoch of the register", "version.written", "custody epoch in force", {"epoch": epo("regb")}),
    Refused("an unknown epoch", "version.written", "custody epoch in force", {"epoch": epo("eve")}),
    Refused("while the epoch is due", "version.written", "custody epoch in force", after=due),
    Refused("a holder left out", "version.written", "exactly its holders", {"to": []}),
    Refused("a stranger", "version.written", "exactly its holders", {"to": [kst("hal"), kst("amy")]}),
    Refused("another instead", "version.written", "exactly its holders", {"to": [kst("amy")]}),
    Refused("an unknown batch", "version.written", "not the author's", {"batch": bat("eve")}),
    Refused("somebody else's batch", "version.written", "not the author's", by="ada"),
    Refused(
        "no commit key for custody",
        "version.written",
        "no commit key",
        {"batch": bat("half")},
        lambda s: wrapped(s, "half", kst("hal")),
    ),
    Refused(
        "no commit key for a holder",
        "version.written",
        "no commit key",
        {"batch": bat("half")},
        lambda s: wrapped(s, "half", epo("cusb")),
    ),
    Refused(
        "kept without a previous",
        "version.written",
        "to be kept from",
        {"parts": {"password": "kept"}, "previous": None},
    ),
    Refused("kept what never was", "version.written", "to be kept from", {"parts": {"recovery": "kept"}}),
    Refused(
        "kept from nowhere",
        "version.written",
        "to be kept from",
        {"parts": {"password": "kept"}, "previous": 9},
    ),
    Refused(
        "a rotation by a holder",
        "version.written",
        "only a custodian, or a holder",
        {"batch": bat("hal")},
        lambda s: wrapped(s, "hal", epo("cusb"), kst("hal"), by="hal"),
        by="hal",
    ),
    Refused(
        "a deposit by somebody else",
        "version.written",
        "only a custodian, or a holder",
        {"batch": bat("amy"), "why": "deposit"},
        lambda s: wrapped(s, "amy", epo("cusb"), kst("hal"), by="amy"),
        by="amy",
    ),
    Refused("an unknown version", "version.shared", "the version is not", {"number": 9}),
    Refused("an unknown account", "version.shared", "the version is not", subject=acc("eve")),
    Refused("to somebody without a grant", "version.shared", "does not hold", {"to": kst("amy")}),
    Refused("to who has it", "version.shared", "sealed to that keyset already", {"to": kst("hal")}),
    Refused("an unknown batch", "version.shared", "not the author's", {"batch": bat("eve")}),
    Refused("somebody else's batch", "version.shared", "not the author's", by="ada"),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_nothing_is_sealed_before_there_is_custody() -> None:
    """Without any custody epoch there is nobody to seal to."""
    scene = force()
    scene.reg._conn.execute("DELETE FROM epoch")
    data = {"number": 2, "batch": bat("x"), "epoch": epo("cusb"), "to": [kst("hal")], "why": "deposit"}
    more = {"parts": {"password": "new"}, "commitment": "A" * 43 + "=", "blob": "A" * 43 + "="}
    assert "custody epoch in force" in scene.void("version.written", acc("main"), by="cal", **data, **more)


def test_a_holder_deposits() -> None:
    """Who holds an account may deposit what they changed outside; it is current at once."""
    scene = force()
    number = scene.version(acc("main"), by="hal", previous=1)
    assert secrets.current(scene.reg, acc("main"))["number"] == number
    assert scene.row("version", number=1)["state"] == "superseded"


def test_parts_and_their_origins() -> None:
    """A new part begins at its version; a kept one is the value of the version that brought it."""
    scene = force()
    parts = {"password": "new", "totp": "kept", "backup_codes": "new"}
    scene.version(acc("main"), previous=1, parts=parts)
    assert secrets.origins(scene.reg, acc("main"), 2) == {"password": 2, "totp": 1, "backup_codes": 2}
    scene.version(acc("main"), previous=2, parts=dict.fromkeys(parts, "kept"))
    assert secrets.origins(scene.reg, acc("main"), 3) == {"password": 2, "totp": 1, "backup_codes": 2}


def test_a_candidate_is_not_current() -> None:
    """What a rotation writes waits; the current version stays what it was."""
    scene = force()
    scene.version(acc("main"), why="rotation", previous=1)
    assert secrets.newest(scene.reg, acc("main"))["state"] == "prepared"
    assert secrets.current(scene.reg, acc("main"))["number"] == 1
    assert secrets.newest(scene.reg, acc("eve")) is None
    assert secrets.current(scene.reg, acc("eve")) is None


def test_places() -> None:
    """Custody is first in the blob, the holders follow in the order of their ids; a later share stands elsewhere."""
    scene = force()
    member(scene, "abe", "holder")
    give(scene, "abe", "abe", "main")
    scene.version(acc("main"), previous=1)
    assert scene.row("version", number=2)["places"] == 3
    rows = scene.reg.find("recipient", account=acc("main"), number=2)
    assert [(row["keyset"], row["place"]) for row in rows] == [(kst("abe"), 1), (kst("hal"), 2)]
    scene = force()
    share(scene)
    scene.do(
        "version.shared",
        acc("main"),
        by="cal",
        number=1,
        to=kst("nia"),
        batch=bat("nia"),
        wrap="A" * 43 + "=",
    )
    assert scene.row("recipient", keyset=kst("nia"))["place"] == 0


def test_only_keyed_active_holders() -> None:
    """A holder without keys, paused, or with the tool's seat only is no recipient."""
    scene = force()
    give(scene, "ned", "ned", "main")
    give(scene, "amy", "amy", "main", kind="tool_seat")
    assert secrets.holders(scene.reg, acc("main")) == [kst("hal")]
    scene.do("person.paused", per("hal"), occurred_at="2026-11-20T10:00:00Z")
    assert secrets.holders(scene.reg, acc("main")) == []


def test_a_team_owns_without_keys() -> None:
    """Being in the owning team seals nothing to anybody."""
    scene = force()
    scene.do("team.joined", tem("dmt"), person=per("amy"), since="2026-11-20", rotate=False)
    assert kst("amy") not in secrets.holders(scene.reg, acc("main"))
