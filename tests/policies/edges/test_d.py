"""D: devices, and what follows from losing one."""

from __future__ import annotations

import pytest

from tests.ops.members import member
from tests.policies.edges.conftest import Force
from tests.policies.edges.given import (
    account,
    gaps,
    grant,
    kinds,
    leave,
    owed,
    status,
)
from tests.policies.edges.test_c import rotate
from tests.world import World
from vault.ops import claims, devices, exposure
from vault.ops.claims import Claim
from vault.ops.devices import Unregistered
from vault.ops.loss import Loss


def phone(
    world: World, nickname: str = "blue phone", *, owner: str = "2001", ownership: str = "force", **more: str
) -> str:
    """A registered phone; the id."""
    return devices.add(
        world.vault,
        nickname=nickname,
        owner=owner,
        kind=more.pop("kind", "phone"),
        ownership=ownership,
        **more,
    )


def lose(world: World, nickname: str = "blue phone", **facts: str) -> Loss:
    """Lost, as a fact."""
    done = devices.lose(world.vault, nickname, **facts)  # type: ignore[arg-type]
    assert isinstance(done, Loss)
    return done


def told(world: World, device: str, recipient: str, at: str | None = None) -> None:
    """Somebody of the chain has been told of the newest loss."""
    cause = world.vault.state.find("device", id=device)[0]["lost"]
    with world.vault.change() as tx:
        tx.emit("notice.told", device, cause=cause, recipient=recipient, occurred_at=at or tx.time)


@pytest.fixture
def bob(ns: World) -> str:
    """Somebody with a phone; the id."""
    return ns.person("Bob Stone", "2001")


def test_d1_reported_by_somebody_else(ns: World, bob: str) -> None:
    """A desk without any secret files it; who reported and who lost it are two people; accepting makes it a fact."""
    page = account(ns, "x/NorfolkPolice")
    ns.seen(page, bob, device=phone(ns))
    desk = member(ns, "Dee Sk", "2002", "desk")
    filed = claims.file(desk, kind="device_lost", text="Bob rang: his blue phone is gone")
    assert isinstance(filed, Claim)
    ns.vault.sync()
    assert owed(ns) == set(), "a report is not yet a fact"
    claims.accept(ns.vault, filed.id, device="blue phone")
    row = ns.vault.state.find("claim", id=filed.id)[0]
    lost = ns.vault.state.find("device", state="lost")[0]
    assert (row["by"], lost["person"]) == (desk.person, bob)
    assert owed(ns) == {(page, "password", 1)}
    desk.close()


def test_d2_never_registered(ns: World, bob: str) -> None:
    """The loss is accepted, what its owner saw somewhere is owed, and the owner was never asked: a breach line."""
    page = account(ns, "x/NorfolkPolice")
    grant(ns, page, bob)
    ns.seen(page, bob)
    assert kinds(ns, "NS-12.1b", bob) == ["own_device_not_asked"]
    devices.answer(ns.vault, "2001", uses=True)
    assert kinds(ns, "NS-12.1b", bob) == ["own_device_not_registered"]
    unknown = Unregistered(nickname="black phone", owner="2001", kind="phone", ownership="personal")
    assert isinstance(devices.lose(ns.vault, unknown), Loss)
    assert owed(ns) == {(page, "password", 2)}


def test_d3_many_devices_and_many_accounts(ns: World, bob: str) -> None:
    """All that was signed in on a lost device is owed, read-only or not; what is on another device stays."""
    names = ["x/One", "x/Two", "x/Three"]
    pages = [account(ns, name) for name in names]
    phone(ns), phone(ns, "green phone")
    devices.change(ns.vault, "blue phone", signed_in=names[:2])
    devices.change(ns.vault, "green phone", signed_in=names[1:])
    lose(ns)
    assert {page for page, _, _ in owed(ns)} == set(pages[:2])


@pytest.mark.parametrize(
    ("document", "ownership", "recipients", "beyond"),
    [
        ("norfolk_suffolk", "force", ["ict", "information_security", "corporate_communications"], False),
        ("norfolk_suffolk", "personal", ["ict", "information_security", "corporate_communications"], True),
        ("west_midlands", "force", ["corporate_communications"], False),
        ("west_midlands", "personal", ["corporate_communications"], False),
        ("northamptonshire", "force", [], False),
    ],
)
def test_d4_force_owned_and_personal(
    force: Force, document: str, ownership: str, recipients: list[str], beyond: bool
) -> None:
    """Each document its chain for each ownership; what goes beyond the text is marked, silence names nobody."""
    world = force(document)
    world.person("Bob Stone", "2001")
    phone(world, ownership=ownership)
    notices = lose(world).notices
    assert [one.recipient for one in notices] == recipients
    assert any(one.beyond_clause for one in notices) == beyond


def test_d5_the_wrong_one_first(ns: World, bob: str) -> None:
    """Corporate Communications first: the rotation waits for nobody, and the order is reported."""
    page, blue = account(ns, "x/NorfolkPolice"), phone(ns)
    ns.seen(page, bob, device=blue)
    lose(ns)
    told(ns, blue, "corporate_communications", "2026-11-02T09:00:00Z")
    assert len(gaps(ns, "NS-10.1b", blue)) == 2
    rotate(ns, page)
    assert owed(ns) == set()
    for recipient in ("ict", "information_security"):
        told(ns, blue, recipient)
    assert kinds(ns, "NS-10.1c", blue) == ["told_out_of_order"]


def test_d6_one_of_two_told(ns: World) -> None:
    """ICT alone is not enough."""
    ns.person("Bob Stone", "2001")
    blue = phone(ns)
    lose(ns)
    told(ns, blue, "ict")
    assert [gap.words.split()[0] for gap in gaps(ns, "NS-10.1b", blue)] == ["information_security"]


def test_d7_days_later(ns: World, bob: str) -> None:
    """Reported late: the loss has its own day, and what was seen on it since is owed, too."""
    page, blue = account(ns, "x/NorfolkPolice"), phone(ns)
    ns.seen(page, bob, device=blue)
    done = lose(ns, on="2026-10-20T00:00:00Z")
    cause = ns.vault.state.find("cause", seq=done.entry)[0]
    assert (cause["occurred_at"][:10], ns.vault.state.pin().time[:10]) == ("2026-10-20", "2026-11-02")  # type: ignore[union-attr]
    assert owed(ns) == {(page, "password", 1)}
    assert exposure.of_person(ns.vault, bob, state=ns.vault.state)[0].devices == ("blue phone",)


def test_d8_found_again(ns: World, bob: str) -> None:
    """Found before the change: it stays owed. Found after it: what was done stays done."""
    page, blue = account(ns, "x/NorfolkPolice"), phone(ns)
    ns.seen(page, bob, device=blue)
    lose(ns)
    devices.end(ns.vault, "blue phone", event="device.found")
    assert owed(ns) == {(page, "password", 1)}
    rotate(ns, page)
    assert owed(ns) == set()
    assert ns.vault.state.find("version", account=page, state="current")[0]["number"] == 2


@pytest.mark.parametrize("kind", ["phone", "tablet", "laptop", "desktop", "other"])
def test_d9_not_only_phones(wm: World, kind: str) -> None:
    """Whatever was lost: the same chain, and the same passwords owed."""
    page, holder = account(wm, "x/Unit"), wm.person("Bob Stone", "2001")
    lost = phone(wm, "lost thing", kind=kind)
    wm.seen(page, holder, device=lost)
    assert [one.recipient for one in lose(wm, "lost thing").notices] == ["corporate_communications"]
    assert owed(wm) == {(page, "password", 1)}
    assert status(wm, "WM-5.6") == "not met"


def test_d10_the_owner_has_left(ns: World, bob: str) -> None:
    """The device stays listed with what is signed in on it, until that is signed out; losing it still counts."""
    page, blue = account(ns, "x/NorfolkPolice"), phone(ns)
    devices.change(ns.vault, "blue phone", signed_in=["x/NorfolkPolice"])
    leave(ns, bob)
    assert devices.show(ns.vault, blue).accounts == ("x/NorfolkPolice",)
    lose(ns)
    assert owed(ns) == {(page, "password", 1)}
