"""Rotation: the work that discharges obligations. prepared → applied | rejected | unknown → verified → done.

One open rotation per account, with an owner and a lease. It is done when the new version is verified and every
door is shut: sessions ended, app passwords revoked, connected tools relinked, second factor and backup codes
replaced, recovery e-mail and phone checked; each ticked, or recorded as not existing on this platform.

    prepared ──► applied ──► verified ──► done (all doors)
        │  └───► unknown ──► verified | rejected      a lost answer: show both, try new then old, never a third
        └──────► rejected | abandoned                 the current version stays what it was

The vault makes a password; a TOTP seed and backup codes come from the platform. They arrive in a further version
that keeps the prepared password (`rotation.extended`), which takes the candidate's place. Their doors are shut by a
verified new component and by nothing that anybody says. ``base`` is the last version before the rotation.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import exposure, secrets
from vault.domain.events import Event, Fact, Register, Row, Void

DOORS = (
    "sessions",
    "app_passwords",
    "connected_tools",
    "totp",
    "backup_codes",
    "recovery_email",
    "recovery_phone",
)
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
    """Doors that are still open: not ticked, and for a component not replaced by a verified new one."""
    row = e.require(reg.get("rotation", id=rotation), "the rotation")
    shut = {door["door"] for door in reg.find("door", rotation=rotation)} | _replaced(reg, row)
    return [door for door in row["doors"].split() if door not in shut]


def _replaced(reg: Register, row: Row) -> set[str]:
    """Components that a verified new one has replaced, or that the platform has no more."""
    if row["state"] not in ("verified", "done"):
        return set()
    return _new_or_gone(reg, row["account"], row["number"], base=row["base"])


def _new_or_gone(reg: Register, account: str, number: int, *, base: int) -> set[str]:
    parts = reg.find("part", account=account, number=number)
    return {part["part"] for part in parts if part["origin"] > base or part["gone"] is not None}


def _may_start(reg: Register, fact: Fact) -> None:
    version = e.require(reg.get("version", account=fact.subject, number=fact.data["number"]), "its version")
    account = e.require(reg.get("account", id=fact.subject), "the account")
    if reg.get("rotation", id=fact.data["rotation"]) is not None:
        raise Void("a rotation of that id exists already")
    if fact.data.get("deposit"):
        if (version["why"], version["state"]) != ("deposit", "current"):
            raise Void("its version is not a deposit in force")
        if version["author"] != fact.keyset or secrets.newest(reg, fact.subject) != version:
            raise Void("only who has just deposited may say that it answers what was owed")
        return
    if e.CUSTODIAN not in fact.roles:
        raise Void("only a custodian prepares a rotation")
    if account["state"] == "closed":
        raise Void("the account is closed")
    under_way = open_rotation(reg, fact.subject)
    if under_way is not None and under_way["state"] != "verified":
        raise Void("a rotation of this account is open already")
    if version["state"] not in ("prepared", "current"):
        raise Void("its version is not a candidate")


def _start(reg: Register, fact: Fact) -> None:
    data, account = fact.data, fact.subject
    superseded = open_rotation(reg, account)
    if superseded is not None:
        _end(reg, superseded["id"], "superseded", fact.seq)
    version = e.require(reg.get("version", account=account, number=data["number"]), "its version")
    deposit, state = bool(data.get("deposit")), "prepared"
    if deposit:
        # The deposit is a fact whoever made it; that it closes something, another person must say. So too where a
        # holder names no door beside what they deposited: a custodian looks whether the platform has none.
        left = set(data["doors"]) - _new_or_gone(reg, account, data["number"], base=data["number"] - 1)
        unsure = exposure.open_exit(reg, account, fact.person) or (e.CUSTODIAN not in fact.roles and not left)
        state = "applied" if unsure else "verified"
    reg.put(
        "rotation",
        id=data["rotation"],
        account=account,
        number=data["number"],
        base=data["number"] - 1 if deposit or version["state"] == "prepared" else data["number"],
        owner=data["owner"],
        lease_until=data["lease_until"],
        doors=" ".join(data["doors"]),
        state=state,
        started=fact.seq,
        ended=None,
    )
    _finish_when_shut(reg, fact, data["rotation"])


def _open(reg: Register, fact: Fact) -> Row:
    row = e.require(reg.get("rotation", id=fact.subject), "the rotation")
    if row["ended"] is not None:
        raise Void(f"the rotation has ended: it is {row['state']}")
    return row


def _may_step(reg: Register, fact: Fact) -> None:
    row = _open(reg, fact)
    if row["state"] not in STEPS[fact.event][0]:
        raise Void(f"the rotation is {row['state']}")
    if row["number"] == row["base"] and fact.event in ("rotation.applied", "rotation.unknown"):
        raise Void("nothing new was stored for it yet")
    if fact.event == "rotation.verified" and exposure.open_exit(reg, row["account"], fact.person):
        raise Void("who has an open exit cannot close it")


def _step(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("rotation", id=fact.subject), "the rotation")
    state = STEPS[fact.event][1]
    if state == "verified":
        reg.change("rotation", {"id": fact.subject}, state=state)
        secrets.make_current(reg, row["account"], row["number"])
        _finish_when_shut(reg, fact, fact.subject)
        return
    _mark_candidate(reg, row, state)
    if state not in ("rejected", "abandoned"):
        reg.change("rotation", {"id": fact.subject}, state=state)
    elif (verified := _verified_before(reg, row)) is not None:
        reg.change("rotation", {"id": fact.subject}, state="verified", number=verified)
    else:
        _end(reg, fact.subject, state, fact.seq)


def _mark_candidate(reg: Register, row: Row, state: str) -> None:
    """The candidate's state follows the rotation's; what is current stays current until something is verified."""
    for version in reg.find("version", account=row["account"], number=row["number"]):
        if version["state"] != "current":
            reg.change("version", {"account": row["account"], "number": row["number"]}, state=state)


def _verified_before(reg: Register, row: Row) -> int | None:
    """The version that this same rotation had verified before its newest candidate failed."""
    current = secrets.current(reg, row["account"])
    if current is None or not row["base"] < current["number"] < row["number"]:
        return None
    return int(current["number"])


def _may_extend(reg: Register, fact: Fact) -> None:
    row = _open(reg, fact)
    key = {"account": row["account"], "number": fact.data["number"]}
    version = e.require(reg.get("version", **key), "its version")
    if version["state"] != "prepared" or version["previous"] != row["number"]:
        raise Void("its version does not follow the rotation's candidate")


def _extend(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("rotation", id=fact.subject), "the rotation")
    state = "applied" if row["state"] == "verified" else row["state"]
    _mark_candidate(reg, row, "superseded")
    reg.change("rotation", {"id": fact.subject}, number=fact.data["number"], state=state)
    reg.change("version", {"account": row["account"], "number": fact.data["number"]}, state=state)


def _may_tick(reg: Register, fact: Fact) -> None:
    row = _open(reg, fact)
    if row["state"] != "verified":
        raise Void("a door is shut after the new secret is verified: before, the old one opens it again")
    if exposure.open_exit(reg, row["account"], fact.person):
        raise Void("who has an open exit cannot close it")
    if any(door not in row["doors"].split() for door in fact.data["doors"]):
        raise Void("the platform has no such door")
    if any(door in exposure.PARTS and state == DONE for door, state in fact.data["doors"].items()):
        raise Void("a component is replaced by storing the new one, not by saying so")


def _tick(reg: Register, fact: Fact) -> None:
    for door, state in fact.data["doors"].items():
        reg.put("door", rotation=fact.subject, door=door, state=state, seq=fact.seq)
    absent = [d for d, state in fact.data["doors"].items() if state == ABSENT and d in exposure.PARTS]
    row = e.require(reg.get("rotation", id=fact.subject), "the rotation")
    exposure.gone(reg, fact, account=row["account"], parts=absent)
    _finish_when_shut(reg, fact, fact.subject)


def component_gone(reg: Register, fact: Fact, *, account: str, parts: tuple[str, ...]) -> None:
    """The platform has a component no more: it is owed no longer, and its door is shut."""
    exposure.gone(reg, fact, account=account, parts=parts)
    row = open_rotation(reg, account)
    if row is not None:
        _finish_when_shut(reg, fact, row["id"])


def account_gone(reg: Register, fact: Fact, account: str) -> None:
    """The account was closed: its rotation has nothing to end in, and nothing of it is owed."""
    row = open_rotation(reg, account)
    if row is not None:
        _mark_candidate(reg, row, "abandoned")
        _end(reg, row["id"], "abandoned", fact.seq)
    exposure.gone(reg, fact, account=account, parts=exposure.PARTS)


def _finish_when_shut(reg: Register, fact: Fact, rotation: str) -> None:
    """Close only when the new version is verified and every door is shut."""
    row = e.require(reg.get("rotation", id=rotation), "the rotation")
    if row["state"] != "verified" or doors_left(reg, rotation):
        return
    exposure.discharge(reg, account=row["account"], number=row["number"], at=fact.seq)
    _end(reg, rotation, "done", fact.seq)


def _end(reg: Register, rotation: str, state: str, at: int) -> None:
    reg.change("rotation", {"id": rotation}, state=state, ended=at)


def abandon_prepared(reg: Register, fact: Fact, touched: set[exposure.Value]) -> None:
    """A leaver could open these candidates before anybody applied them: they must not become current."""
    for row in reg.find("rotation", state="prepared", ended=None):
        origins = secrets.origins(reg, row["account"], row["number"])
        fresh = {(row["account"], part, origin) for part, origin in origins.items() if origin > row["base"]}
        if fresh & touched:
            _mark_candidate(reg, row, "abandoned")
            _end(reg, row["id"], "abandoned", fact.seq)


def _may_take_over(reg: Register, fact: Fact) -> None:
    _open(reg, fact)


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
    if exposure.open_exit(reg, fact.subject, fact.person):
        raise Void("who has an open exit cannot put it off")


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
        optional={"deposit": e.flag, "because": e.code},
        rule=_may_start,
    ),
    Event("rotation.extended", "rot", {"number": e.count}, e.CUSTODIANS, _extend, rule=_may_extend),
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
