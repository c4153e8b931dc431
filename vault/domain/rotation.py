"""Rotation: the work that discharges obligations. prepared → applied | rejected | unknown → verified → done.

One open rotation per account, with an owner and a lease. It is done when the new version is verified and every
door is shut: sessions ended, app passwords revoked, connected tools relinked, second factor and backup codes
replaced, recovery e-mail and phone checked; each ticked, or recorded as not existing on this platform.

    prepared ──► applied ──► verified ──► done (all doors)
        │  └───► unknown ──► verified | rejected      a lost answer: show both, try new then old, never a third
        └──────► rejected | abandoned                 the current version stays what it was
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import exposure, secrets
from vault.domain.events import Event, Fact, Register, Row, Void

OPEN = ("prepared", "applied", "unknown", "verified")
DOORS = ("sessions", "app_passwords", "connected_tools", "recovery_email", "recovery_phone")
DONE, ABSENT = "done", "absent"

# From which states each step may come, and what becomes of the candidate version.
STEPS = {
    "rotation.applied": (("prepared", "unknown"), "applied"),
    "rotation.unknown": (("prepared", "applied"), "unknown"),
    "rotation.rejected": (("prepared", "unknown", "applied"), "rejected"),
    "rotation.abandoned": (("prepared",), "abandoned"),
    "rotation.verified": (("applied", "unknown"), "verified"),
}


def open_rotation(reg: Register, account: str) -> Row | None:
    """The one rotation that is under way for this account."""
    rows = reg.find("rotation", account=account, ended=None)
    return rows[0] if rows else None


def doors_left(reg: Register, rotation: str) -> list[str]:
    """Doors that nobody has ticked yet."""
    row = e.require(reg.get("rotation", id=rotation), "the rotation")
    ticked = {door["door"] for door in reg.find("door", rotation=rotation)}
    return [door for door in row["doors"].split() if door not in ticked]


def _may_start(reg: Register, fact: Fact) -> None:
    version = e.require(reg.get("version", account=fact.subject, number=fact.data["number"]), "its version")
    if open_rotation(reg, fact.subject) is not None and version["why"] != "deposit":
        raise Void("a rotation of this account is open already")
    if reg.get("rotation", id=fact.data["rotation"]) is not None:
        raise Void("a rotation of that id exists already")
    if version["state"] not in ("prepared", "current"):
        raise Void("its version is not a candidate")


def _start(reg: Register, fact: Fact) -> None:
    data = fact.data
    superseded = open_rotation(reg, fact.subject)
    if superseded is not None:
        _end(reg, superseded["id"], "superseded", fact.seq)
    version = e.require(reg.get("version", account=fact.subject, number=data["number"]), "its version")
    state = "verified" if version["why"] == "deposit" else "prepared"
    reg.put(
        "rotation",
        id=data["rotation"],
        account=fact.subject,
        number=data["number"],
        owner=data["owner"],
        lease_until=data["lease_until"],
        doors=" ".join(data["doors"]),
        state=state,
        started=fact.seq,
        ended=None,
    )
    _finish_when_shut(reg, fact, data["rotation"])


def _may_step(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("rotation", id=fact.subject), "the rotation")
    allowed, _ = STEPS[fact.event]
    if row["ended"] is not None or row["state"] not in allowed:
        raise Void(f"the rotation is {row['state']}")
    if fact.event == "rotation.verified" and exposure.open_exit(reg, row["account"], fact.person):
        raise Void("who has an open exit cannot close it")


def _step(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("rotation", id=fact.subject), "the rotation")
    state = STEPS[fact.event][1]
    reg.change("rotation", {"id": fact.subject}, state=state)
    if state == "verified":
        secrets.make_current(reg, row["account"], row["number"])
        _finish_when_shut(reg, fact, fact.subject)
        return
    reg.change("version", {"account": row["account"], "number": row["number"]}, state=state)
    if state in ("rejected", "abandoned"):
        _end(reg, fact.subject, state, fact.seq)


def _may_tick(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("rotation", id=fact.subject), "the rotation")
    if row["ended"] is not None:
        raise Void("the rotation has ended")
    if exposure.open_exit(reg, row["account"], fact.person):
        raise Void("who has an open exit cannot close it")
    if any(door not in row["doors"].split() for door in fact.data["doors"]):
        raise Void("the platform has no such door")


def _tick(reg: Register, fact: Fact) -> None:
    for door, state in fact.data["doors"].items():
        reg.put("door", rotation=fact.subject, door=door, state=state, seq=fact.seq)
    _finish_when_shut(reg, fact, fact.subject)


def _finish_when_shut(reg: Register, fact: Fact, rotation: str) -> None:
    """Close only when the new version is verified and every door is shut."""
    row = e.require(reg.get("rotation", id=rotation), "the rotation")
    if row["state"] != "verified" or doors_left(reg, rotation):
        return
    version = e.require(reg.get("version", account=row["account"], number=row["number"]), "its version")
    exposure.discharge(reg, account=row["account"], number=row["number"], written=version["seq"], at=fact.seq)
    _end(reg, rotation, "done", fact.seq)


def _end(reg: Register, rotation: str, state: str, at: int) -> None:
    reg.change("rotation", {"id": rotation}, state=state, ended=at)


def abandon_prepared(reg: Register, fact: Fact, touched: set[exposure.Value]) -> None:
    """A leaver could open these candidates before anybody applied them: they must not become current."""
    openable = {(account, origin) for account, _, origin in touched}
    for row in reg.find("rotation", state="prepared", ended=None):
        if (row["account"], row["number"]) in openable:
            reg.change("version", {"account": row["account"], "number": row["number"]}, state="abandoned")
            _end(reg, row["id"], "abandoned", fact.seq)


def _may_take_over(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("rotation", id=fact.subject), "the rotation")
    if row["ended"] is not None:
        raise Void("the rotation has ended")


def _take_over(reg: Register, fact: Fact) -> None:
    reg.change(
        "rotation", {"id": fact.subject}, owner=fact.data["owner"], lease_until=fact.data["lease_until"]
    )


def _deferrable(reg: Register, fact: Fact) -> list[Row]:
    owed = reg.find("obligation", account=fact.subject, part=fact.data["part"], discharged=None)
    return [row for row in owed if row["class"] == exposure.COULD_OPEN]


def _may_defer(reg: Register, fact: Fact) -> None:
    if not _deferrable(reg, fact):
        raise Void("only an obligation of class 3 can be deferred")


def _defer(reg: Register, fact: Fact) -> None:
    for row in _deferrable(reg, fact):
        key = {"cause": row["cause"], "account": row["account"], "part": row["part"], "origin": row["origin"]}
        reg.change("obligation", key, deferred_until=fact.data["until"], deferred_by=fact.seq)


_STEP = {"occurred_at": e.time}

EVENTS = (
    Event(
        "rotation.started",
        "acc",
        {
            "rotation": e.ident("rot"),
            "number": e.count,
            "owner": e.ident("per"),
            "lease_until": e.time,
            "doors": e.many(e.one_of(*DOORS)),
        },
        e.MEMBERS,
        _start,
        rule=_may_start,
    ),
    *(Event(name, "rot", {}, e.CUSTODIANS, _step, optional=_STEP, rule=_may_step) for name in STEPS),
    Event(
        "rotation.ticked",
        "rot",
        {"doors": e.each(e.one_of(*DOORS), e.one_of(DONE, ABSENT))},
        e.CUSTODIANS,
        _tick,
        rule=_may_tick,
    ),
    Event(
        "rotation.taken_over",
        "rot",
        {"owner": e.ident("per"), "lease_until": e.time},
        e.CUSTODIANS,
        _take_over,
        rule=_may_take_over,
    ),
    Event(
        "obligation.deferred",
        "acc",
        {"part": e.one_of(*exposure.PARTS), "until": e.date, "post": e.code, "person": e.ident("per")},
        e.CUSTODIANS,
        _defer,
        rule=_may_defer,
    ),
)
