"""D, continued: owners, attestations, keys on devices, what stays open."""

from __future__ import annotations

import pytest

from tests.ops.members import member
from tests.policies.edges.given import (
    account,
    gaps,
    grant,
    in_post,
    kinds,
    log,
    owed,
    post,
    record,
    status,
)
from tests.policies.edges.test_d import lose, phone, told
from tests.world import World
from vault.domain import keys
from vault.domain.decisions import Refusal
from vault.errors import UsageProblem
from vault.ops import claims, devices, secrets
from vault.ops.loss import Loss


@pytest.fixture
def bob(ns: World) -> str:
    """Somebody with a phone; the id."""
    return ns.person("Bob Stone", "2001")


def test_d12_none_is_an_answer(ns: World, bob: str) -> None:
    """Nobody asked: not evidenced. "None": met, by a statement."""
    grant(ns, account(ns, "x/NorfolkPolice"), bob)
    assert status(ns, "NS-12.1b") == "not evidenced"
    devices.answer(ns.vault, "2001", uses=False)
    assert status(ns, "NS-12.1b") == "met"


def test_d13_another_line_manager(ns: World, bob: str) -> None:
    """The record is the person's: it stays when the line manager changes."""
    manager = in_post(ns, "line_manager", "3000")
    grant(ns, account(ns, "x/NorfolkPolice"), bob)
    devices.answer(ns.vault, "2001", uses=False)
    with ns.vault.change() as tx:
        tx.emit("post.ended", manager, post="line_manager", until=tx.today)
    post(ns, ns.person("Next One", "3001"), "line_manager")
    assert status(ns, "NS-12.1b") == "met"


@pytest.mark.parametrize(
    ("lock", "attested", "found"),
    [
        ("yes", "2026-10-01", None),
        ("yes", "2025-10-01", "not met"),
        ("yes", None, "not evidenced"),
        ("no", None, "not met"),
    ],
)
def test_d14_screen_lock(ns: World, bob: str, lock: str, attested: str | None, found: str | None) -> None:
    """Attested within the local period or not; never asked is not evidenced, no lock is not met."""
    more = {"attested_on": attested} if attested else {}
    blue = phone(ns, screen_lock=lock, **more)
    assert [gap.status for gap in gaps(ns, "NS-10.1d", blue)] == ([found] if found else [])


def test_d15_plugged_into_a_force_computer(ns: World, bob: str) -> None:
    """The vault cannot see it: an acknowledgement is asked for, and an incident can be on record."""
    grant(ns, account(ns, "x/NorfolkPolice"), bob)
    own = phone(ns, ownership="personal")
    assert kinds(ns, "NS-12.2b", own) == ["record_missing"]
    record(ns, "ack.not_connected", own, person=bob)
    assert status(ns, "NS-12.2b") == "met"
    record(ns, "ack.not_connected", own, good=False)
    assert status(ns, "NS-12.2b") == "not met"


def test_d16_the_keys_on_it(ns: World) -> None:
    """A lost machine's keys are revoked with the loss, new team keys are made, and it signs no more."""
    eve = member(ns, "Eve Hill", "2002", "custodian")
    ns.vault.sync()
    page, before = account(ns, "x/NorfolkPolice"), len(ns.vault.state.find("epoch"))
    done = devices.lose(ns.vault, "Eve Hill's laptop", keyset=True)
    assert isinstance(done, Loss)
    assert keys.active_keysets(ns.vault.state, eve.person) == []
    assert len(ns.vault.state.find("epoch")) == before + 2
    assert (page, "password", 1) in owed(ns)
    eve.close()


def test_d17_little_and_sealed(ns: World, bob: str) -> None:
    """Kind, ownership and a nickname are all that is kept, and the nickname is not in the log."""
    blue = phone(ns, "zq blue phone")
    assert b"zq blue" not in log(ns)
    assert ns.vault.names.details("device", blue) == {"nickname": "zq blue phone"}


def test_d18_accounts_of_two_forces(ns: World, bob: str) -> None:
    """Both accounts are owed, whichever force each belongs to."""
    pages = {account(ns, "x/NorfolkPolice", force="norfolk"), account(ns, "x/SuffolkPolice", force="suffolk")}
    phone(ns)
    devices.change(ns.vault, "blue phone", signed_in=["x/NorfolkPolice", "x/SuffolkPolice"])
    lose(ns)
    assert {page for page, _, _ in owed(ns)} == pages


def test_d19_lost_twice(ns: World, bob: str) -> None:
    """A second report of the same loss is no second loss: one cause, one set of obligations."""
    page, blue = account(ns, "x/NorfolkPolice"), phone(ns)
    ns.seen(page, bob, device=blue)
    claim = claims.file(ns.vault, kind="device_lost", device="blue phone")
    lose(ns)
    with pytest.raises(Refusal, match="lost already"):
        lose(ns)
    assert claims.accept(ns.vault, claim.id) is None
    assert len(ns.vault.state.find("cause", kind="device_lost")) == 1
    assert len(ns.vault.state.find("obligation", account=page)) == 1


def test_d20_no_deployment_in_the_record(ns: World, bob: str) -> None:
    """The acknowledgement stands beside the device and says nothing of why: code, day and ids only."""
    grant(ns, account(ns, "x/NorfolkPolice"), bob)
    blue = phone(ns)
    made = record(ns, "ack.location_services", blue, person=bob)
    assert kinds(ns, "NS-13.4", blue) == []
    row = ns.vault.state.find("record", id=made)[0]
    assert (row["details"], row["evidence"], row["post"]) == (None, None, None)


def test_d21_a_report_closes_nothing(ns: World, bob: str) -> None:
    """Everybody told and nobody rotating: still owed, and the days are counted."""
    from vault.ops import findings

    page, blue = account(ns, "x/NorfolkPolice"), phone(ns)
    ns.seen(page, bob, device=blue)
    lose(ns)
    for recipient in ("ict", "information_security", "corporate_communications"):
        told(ns, blue, recipient)
    ns.clock.forward(days=12)
    (found,) = (one for one in findings.status(ns.vault).findings if one.kind == "owed_class_1")
    assert "12 days" in found.words


def test_d22_no_safe_device(ns: World, bob: str) -> None:
    """On a lost device nothing is shown to its owner; on a new one it is."""
    page, blue = account(ns, "x/NorfolkPolice"), phone(ns)
    grant(ns, page, bob)
    lose(ns)
    with pytest.raises(Refusal, match="device is lost"):
        secrets.reveal(ns.vault, account=page, person=bob, how="handed_over", device=blue)
    new = phone(ns, "new phone")
    assert secrets.reveal(ns.vault, account=page, person=bob, how="handed_over", device=new)
    with pytest.raises(UsageProblem, match="stays in the list as lost"):
        devices.end(ns.vault, "blue phone", event="device.retired")


def test_d11_sold_or_traded_in(ns: World, bob: str) -> None:
    """A retired device is shown nothing more; what is signed in on it stays listed, and losing it afterwards counts."""
    page, blue = account(ns, "x/NorfolkPolice"), phone(ns)
    grant(ns, page, bob)
    devices.change(ns.vault, "blue phone", signed_in=["x/NorfolkPolice"])
    devices.end(ns.vault, "blue phone", event="device.retired")
    with pytest.raises(Refusal, match="device is retired"):
        secrets.reveal(ns.vault, account=page, person=bob, how="handed_over", device=blue)
    assert devices.show(ns.vault, blue).accounts == ("x/NorfolkPolice",)
    lose(ns)
    assert owed(ns) == {(page, "password", 1)}
