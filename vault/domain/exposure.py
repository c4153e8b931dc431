"""Who could open and who did see each component, and what must therefore be changed: derived, never remembered.

A *value* is one component (password, TOTP seed, backup codes, recovery) of one account since it was last `new`:
its ``origin`` is the number of the version that brought it. A *cause* is a fact (somebody left, a device was lost,
a team changed); an *obligation* is a value that the cause touches:

* class 1: it was on a lost device, or the account was signed in there, or a second factor lived on it; or it is known
  to be compromised
* class 2: a person of the cause saw it
* class 3: a person of the cause could open it, and nothing shows that they did

No table holds a flag that somebody could clear: obligations are written by folding causes and end only by folding
a later version in which the component is new, or the fact that the platform has the component no more (its second
factor was ended, the account was closed), by somebody who is not themselves the cause.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Row, Void

PASSWORD, TOTP, BACKUP_CODES, RECOVERY = "password", "totp", "backup_codes", "recovery"
PARTS = (PASSWORD, TOTP, BACKUP_CODES, RECOVERY)
LIVE = ("current", "prepared", "applied", "unknown")
HOW = ("revealed", "copied", "code_shown", "exported", "handed_over", "entered")
EXITS = ("person_left", "team_left", "grant_revoked", "custody_ended")
ON_LOST_DEVICE, SEEN, COULD_OPEN = 1, 2, 3
CARRIED = ("phone", "tablet")
ON_A_PHONE = ("authenticator_app", "sms", "phone")

_FACTOR_PARTS = {
    "authenticator_app": TOTP,
    "sms": RECOVERY,
    "phone": RECOVERY,
    "email": RECOVERY,
    "security_key": RECOVERY,
    "backup_codes": BACKUP_CODES,
}
Value = tuple[str, str, int]


def value_of(row: Row) -> Value:
    """(account, part, origin)."""
    return row["account"], row["part"], row["origin"]


def live_values(reg: Register, account: str, parts: Iterable[str] = PARTS) -> set[Value]:
    """What the platform may hold now: the parts of current and of candidate versions."""
    wanted = set(parts)
    return {
        (account, part["part"], part["origin"])
        for version in reg.find("version", account=account)
        if version["state"] in LIVE
        for part in reg.find("part", account=account, number=version["number"])
        if part["part"] in wanted and part["gone"] is None
    }


def keysets_ever(reg: Register, person: str) -> list[str]:
    """Every keyset that was ever admitted for a person, and of every kit that they saw: ended, it opens as before."""
    own = [row["id"] for row in reg.find("keyset", person=person)]
    return own + [row["keyset"] for row in reg.find("recovery", person=person)]


def touched_by_person(reg: Register, person: str) -> dict[Value, int]:
    """Live values that a person could open (3) or saw (2).

    With the kit in force that is all there is: the next epoch is sealed to it, too, and reaches back.
    """
    touched = {value_of(r): COULD_OPEN for r in reg.openable_values(keysets_ever(reg, person))}
    if reg.find("recovery", person=person, until=None):
        everything = (v for row in reg.find("account") for v in live_values(reg, row["id"]))
        touched = dict.fromkeys(everything, COULD_OPEN)
    touched.update({value_of(r): SEEN for r in reg.seen_values(person=person)})
    return touched


def touched_by_device(reg: Register, device: str) -> dict[Value, int]:
    """Live values that a lost device endangers: seen on it, signed in on it, second factors that live on it.

    What its owner saw on a device that nobody recorded counts as seen (2): missing evidence is not innocence.
    """
    row = e.require(reg.get("device", id=device), "the device")
    touched: dict[Value, int] = {}
    if row["person"] is not None:
        unplaced = [r for r in reg.seen_values(person=row["person"]) if r["device"] is None]
        touched.update({value_of(r): SEEN for r in unplaced})
    endangered = [value_of(r) for r in reg.seen_values(device=device)]
    for link in reg.find("device_account", device=device, until_seq=None):
        endangered += live_values(reg, link["account"], [PASSWORD])
    for factor in factors_on(reg, row):
        part = _FACTOR_PARTS.get(factor["kind"], RECOVERY)
        endangered += live_values(reg, factor["account"], [part]) or live_values(
            reg, factor["account"], [PASSWORD]
        )
    touched.update(dict.fromkeys(endangered, ON_LOST_DEVICE))
    return touched


def factors_on(reg: Register, device: Row) -> list[Row]:
    """Second factors and recovery channels that live on a device.

    One that is recorded with a person only is on their phone as far as anybody knows: a lost one must find it.
    """
    found = reg.find("factor", device=device["id"], until_seq=None)
    if device["person"] is not None and device["kind"] in CARRIED:
        with_person = reg.find("factor", person=device["person"], device=None, until_seq=None)
        found = found + [row for row in with_person if row["kind"] in ON_A_PHONE]
    return found


def touched_by_team(reg: Register, team: str, person: str) -> dict[Value, int]:
    """Passwords of the accounts that a team owns, graded by what the person who comes or goes had of them."""
    had = touched_by_person(reg, person)
    accounts = [r["id"] for r in reg.find("account", team=team) if r["state"] != "closed"]
    return {v: had.get(v, COULD_OPEN) for a in accounts for v in live_values(reg, a, [PASSWORD])}


def cause(
    reg: Register,
    fact: Fact,
    *,
    kind: str,
    person: str | None = None,
    device: str | None = None,
    team: str | None = None,
    account: str | None = None,
    keysets: Iterable[str] = (),
) -> None:
    """Record a cause and write the obligations that follow from it."""
    occurred = fact.data.get("occurred_at") or fact.data.get("until") or fact.data.get("since") or fact.time
    reg.put(
        "cause",
        seq=fact.seq,
        kind=kind,
        person=person,
        device=device,
        team=team,
        account=account,
        occurred_at=occurred,
    )
    touched = _touched(reg, person=person, device=device, team=team, account=account)
    touched.update({value_of(r): ON_LOST_DEVICE for r in reg.openable_values(list(keysets))})
    reg.put_all(
        "obligation", [_obligation(fact.seq, value, grade) for value, grade in sorted(touched.items())]
    )


def lost(reg: Register, fact: Fact, *, epochs: Iterable[str]) -> None:
    """A team's epoch was left out: what its live versions hold can be carried on by nobody, and must be made anew."""
    versions = [row for epoch in epochs for row in reg.find("version", epoch=epoch) if row["state"] in LIVE]
    values = {
        value_of(part)
        for row in versions
        for part in reg.find("part", account=row["account"], number=row["number"])
        if part["gone"] is None
    }
    if values:
        cause(reg, fact, kind="epoch_skipped")
        reg.put_all("obligation", [_obligation(fact.seq, value, COULD_OPEN) for value in sorted(values)])


def _touched(
    reg: Register, *, person: str | None, device: str | None, team: str | None, account: str | None
) -> dict[Value, int]:
    if device is not None:
        return touched_by_device(reg, device)
    if team is not None and person is not None:
        return touched_by_team(reg, team, person)
    if person is not None:
        had = touched_by_person(reg, person)
        return {v: g for v, g in had.items() if account in (None, v[0])}
    if account is not None:
        return dict.fromkeys(live_values(reg, account), ON_LOST_DEVICE)
    return {}


def _obligation(seq: int, value: Value, grade: int) -> dict[str, Any]:
    account, part, origin = value
    return {
        "cause": seq,
        "account": account,
        "part": part,
        "origin": origin,
        "class": grade,
        "discharged": None,
        "deferred_until": None,
        "deferred_by": None,
    }


def discharge(reg: Register, *, account: str, number: int, at: int) -> None:
    """End the obligations that a verified version answers.

    A component answers a cause only if the version in which it was `new` was written after that cause: what was
    kept is as exposed as it was before.
    """
    for part in reg.find("part", account=account, number=number):
        version = reg.get("version", account=account, number=part["origin"])
        written = e.require(version, "the version that a component comes from")["seq"]
        for row in reg.find("obligation", account=account, part=part["part"], discharged=None):
            if row["cause"] < written:
                key = {name: row[name] for name in ("cause", "account", "part", "origin")}
                reg.change("obligation", key, discharged=at)


def gone(reg: Register, fact: Fact, *, account: str, parts: Iterable[str]) -> None:
    """The platform has these components no more: nothing is left to change, and no later cause touches them.

    Who has an open exit cannot close it so either: then they stay owed until somebody else says the same.
    """
    if open_exit(reg, account, fact.person):
        return
    for part in parts:
        reg.change("part", {"account": account, "part": part, "gone": None}, gone=fact.seq)
        reg.change("obligation", {"account": account, "part": part, "discharged": None}, discharged=fact.seq)


def owed(reg: Register) -> dict[tuple[str, str], list[Row]]:
    """What must be changed: (account, part) → the obligations on it, the most urgent first; one change ends all."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(reg.find("obligation", discharged=None), key=lambda row: (row["class"], row["cause"])):
        found.setdefault((row["account"], row["part"]), []).append(row)
    return found


def open_exit(reg: Register, account: str, person: str) -> bool:
    """True while something is owed on this account because this person went: they cannot close it themselves."""
    owed = reg.find("obligation", account=account, discharged=None)
    causes = [reg.get("cause", seq=row["cause"]) for row in owed]
    return any(c is not None and c["person"] == person and c["kind"] in EXITS for c in causes)


def entered(reg: Register, fact: Fact, *, number: int, parts: list[str]) -> None:
    """Who changed a secret on the platform knows it, and so does who typed it in here, on their machine."""
    machine = next(iter(reg.find("device", keyset=fact.keyset)), None)
    changer = fact.data.get("changed_by", fact.person)
    people = {changer: None, fact.person: machine["id"] if machine else None}
    rows = [
        {
            "seq": fact.seq,
            "person": person,
            "device": device,
            "account": fact.subject,
            "number": number,
            "part": part,
            "origin": number,
            "how": "entered",
            "occurred_at": fact.data.get("occurred_at", fact.time),
            "code": None,
        }
        for person, device in people.items()
        for part in parts
    ]
    reg.put_all("exposure", rows)


def _seen(reg: Register, fact: Fact) -> None:
    data = fact.data
    rows = [
        {
            "seq": fact.seq,
            "person": data["person"],
            "device": data.get("device"),
            "account": fact.subject,
            "number": data["number"],
            "part": part["part"],
            "origin": part["origin"],
            "how": data["how"],
            "occurred_at": data.get("occurred_at", fact.time),
            "code": data.get("code"),
        }
        for part in reg.find("part", account=fact.subject, number=data["number"])
        if part["part"] in data["parts"]
    ]
    reg.put_all("exposure", rows)


def _may_see(reg: Register, fact: Fact) -> None:
    e.require(reg.get("version", account=fact.subject, number=fact.data["number"]), "the version")
    e.require(reg.get("person", id=fact.data["person"]), "the person")
    if fact.data["person"] != fact.person and e.CUSTODIAN not in fact.roles:
        raise Void("only a custodian records what somebody else saw")


def _compromised(reg: Register, fact: Fact) -> None:
    cause(reg, fact, kind="compromised", account=fact.subject)


def _known(reg: Register, fact: Fact) -> None:
    e.require(reg.get("account", id=fact.subject), "the account")


EVENTS = (
    Event(
        "secret.seen",
        "acc",
        {
            "number": e.count,
            "parts": e.many(e.one_of(*PARTS), at_least=1),
            "person": e.ident("per"),
            "how": e.one_of(*HOW),
        },
        e.MEMBERS,
        _seen,
        optional={"device": e.ident("dev"), "occurred_at": e.time, "code": e.count},
        rule=_may_see,
    ),
    Event("account.compromised", "acc", {"occurred_at": e.time}, e.STAFF, _compromised, rule=_known),
)
