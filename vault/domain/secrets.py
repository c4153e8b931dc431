"""Versions: one generation of an account's secret, sealed to custody and to the keyed holders of that moment.

The entry alone says who can open it: account, number, previous, author, epoch, recipients, `new` or `kept` for each
component, key commitment and blob hash. A version is void unless its number is the next one, its epoch is the
newest of custody and not due, its recipients are exactly those who are owed it, and `kept` parts exist before.
"""

from __future__ import annotations

from typing import Any

from vault.domain import events as e
from vault.domain import exposure, keys
from vault.domain.events import Event, Fact, Register, Row, Void

NEW, KEPT = "new", "kept"
WHY = ("deposit", "rotation")
_WHO = ("person", "role", "keyset")


def holders(reg: Register, account: str) -> list[str]:
    """Keysets of the persons with a secret grant in force: what a version must be sealed to, beside custody."""
    tables = ("grant_", *_WHO)
    return reg.memo(("holders", account), tables, lambda: _holders(reg, account))


def _holders(reg: Register, account: str) -> list[str]:
    people = {row["person"] for row in reg.find("grant_", account=account, kind="secret", revoked=None)}
    return sorted(k for p in people for k in _working_keysets(reg, p))


def _working_keysets(reg: Register, person: str) -> list[str]:
    def compute() -> list[str]:
        return keys.active_keysets(reg, person) if keys.roles_of(reg, person) else []

    return reg.memo(("working_keysets", person), _WHO, compute)


def newest(reg: Register, account: str) -> Row | None:
    """The version with the highest number, whatever its state."""
    rows = reg.find("version", account=account)
    return max(rows, key=lambda row: row["number"]) if rows else None


def current(reg: Register, account: str) -> Row | None:
    """The version that was last verified, or deposited as a fact."""
    rows = reg.find("version", account=account, state="current")
    return max(rows, key=lambda row: row["number"]) if rows else None


def origins(reg: Register, account: str, number: int) -> dict[str, int]:
    """Part → number of the version in which its value was new."""
    return {row["part"]: row["origin"] for row in reg.find("part", account=account, number=number)}


def there(reg: Register, account: str, number: int) -> set[str]:
    """The parts of a version that the platform has not given up since."""
    return {row["part"] for row in reg.find("part", account=account, number=number, gone=None)}


def _may_wrap(reg: Register, fact: Fact) -> None:
    if reg.get("batch", id=fact.subject) is not None:
        raise Void("the batch of commit keys exists already")


def _wrap(reg: Register, fact: Fact) -> None:
    reg.put("batch", id=fact.subject, seq=fact.seq, author=fact.keyset)
    reg.put_all(
        "batch_seal",
        [{"batch": fact.subject, "recipient": to, "seal": h} for to, h in fact.data["seals"].items()],
    )


def _may_write(reg: Register, fact: Fact) -> None:
    data, account = fact.data, fact.subject
    e.require(reg.get("account", id=account), "the account")
    last = newest(reg, account)
    if data["number"] != (last["number"] + 1 if last else 1):
        raise Void("the version's number is not the next one")
    _check_recipients(reg, fact)
    _check_parts(reg, fact)
    if e.CUSTODIAN not in fact.roles and not (data["why"] == "deposit" and _holds(reg, account, fact.person)):
        raise Void("only a custodian, or a holder who deposits, may write a version")


def _check_parts(reg: Register, fact: Fact) -> None:
    """Keep from what the platform may have, and leave nothing out: what is not listed is owed by nobody again."""
    data, account = fact.data, fact.subject
    before = origins(reg, account, data["previous"]) if "previous" in data else {}
    kept = [part for part, state in data["parts"].items() if state == KEPT]
    if any(part not in before for part in kept):
        raise Void("a kept component has nothing to be kept from")
    source = reg.get("version", account=account, number=data["previous"]) if kept else None
    if source is not None and source["state"] not in exposure.LIVE:
        raise Void("a component is kept from a version that the platform has no more")
    in_force = current(reg, account)
    if in_force is not None and there(reg, account, in_force["number"]) - data["parts"].keys():
        raise Void("a component that the account has is left out")


def _check_recipients(reg: Register, fact: Fact) -> None:
    epoch = keys.newest_epoch(reg, keys.CUSTODY)
    if epoch is None or fact.data["epoch"] != epoch["id"] or keys.epoch_due(reg, keys.CUSTODY):
        raise Void("the version is not sealed to the custody epoch in force")
    if fact.data["to"] != holders(reg, fact.subject):
        raise Void("the version is not sealed to exactly its holders")
    batch = reg.get("batch", id=fact.data["batch"])
    if batch is None or batch["author"] != fact.keyset:
        raise Void("its batch of commit keys is not the author's")
    sealed = {row["recipient"] for row in reg.find("batch_seal", batch=fact.data["batch"])}
    if not sealed >= {fact.data["epoch"], *fact.data["to"]}:
        raise Void("a recipient has no commit key in the batch")


def _holds(reg: Register, account: str, person: str) -> bool:
    return bool(reg.find("grant_", account=account, person=person, kind="secret", revoked=None))


def _write(reg: Register, fact: Fact) -> None:
    data, account, number = fact.data, fact.subject, fact.data["number"]
    reg.put(
        "version",
        account=account,
        number=number,
        seq=fact.seq,
        epoch=data["epoch"],
        batch=data["batch"],
        previous=data.get("previous"),
        why=data["why"],
        state="prepared",
        blob=data["blob"],
        commitment=data["commitment"],
        author=fact.keyset,
        places=len(data["to"]) + 1,
        occurred_at=data.get("occurred_at", fact.time),
        changed_by=data.get("changed_by"),
        allowed=int(data["allowed"]) if "allowed" in data else None,
    )
    reg.put_all("part", _parts(reg, fact))
    reg.put_all("recipient", _recipients(fact))
    _follow(reg, fact)


def _parts(reg: Register, fact: Fact) -> list[dict[str, Any]]:
    """Each component with the version that brought it; one that is kept stays as gone as it was."""
    data, account, number = fact.data, fact.subject, fact.data["number"]
    rows = reg.find("part", account=account, number=data["previous"]) if "previous" in data else []
    before = {row["part"]: row for row in rows}
    fresh = {"origin": number, "gone": None}
    return [
        {
            "account": account,
            "number": number,
            "part": part,
            **{column: (fresh if state == NEW else before[part])[column] for column in fresh},
        }
        for part, state in data["parts"].items()
    ]


def _recipients(fact: Fact) -> list[dict[str, Any]]:
    data = fact.data
    return [
        {
            "account": fact.subject,
            "number": data["number"],
            "keyset": k,
            "seq": fact.seq,
            "place": place,
            "batch": data["batch"],
            "blob": data["blob"],
        }
        for place, k in enumerate(data["to"], start=1)
    ]


def _follow(reg: Register, fact: Fact) -> None:
    """What a version means beside itself: a deposit is what the platform has, and who typed a value knows it."""
    data, account, number = fact.data, fact.subject, fact.data["number"]
    typed = [part for part, state in data["parts"].items() if state == NEW]
    if data["why"] == "deposit":
        for row in reg.find("rotation", account=account, ended=None):
            reg.change("rotation", {"id": row["id"]}, state="superseded", ended=fact.seq)
        make_current(reg, account, number)
    else:
        typed = [part for part in typed if part != exposure.PASSWORD]  # the vault made it, nobody typed it
    exposure.entered(reg, fact, number=number, parts=typed)


def make_current(reg: Register, account: str, number: int) -> None:
    """This version is what the platform has: the earlier current one and the candidates are behind it."""
    for row in reg.find("version", account=account):
        if row["number"] < number and row["state"] in exposure.LIVE:
            reg.change("version", {"account": account, "number": row["number"]}, state="superseded")
    reg.change("version", {"account": account, "number": number}, state="current")


def _may_share(reg: Register, fact: Fact) -> None:
    e.require(reg.get("version", account=fact.subject, number=fact.data["number"]), "the version")
    if fact.data["to"] not in holders(reg, fact.subject):
        raise Void("it is sealed to somebody who does not hold the account")
    if reg.get("recipient", keyset=fact.data["to"], account=fact.subject, number=fact.data["number"]):
        # A second seal would take the place of the first: a colleague's way in, replaced by whatever was sealed.
        raise Void(
            "it is sealed to that keyset already; a seal that does not open is mended by a new version"
        )
    batch = reg.get("batch", id=fact.data["batch"])
    if batch is None or batch["author"] != fact.keyset:
        raise Void("its batch of commit keys is not the author's")


def _share(reg: Register, fact: Fact) -> None:
    data = fact.data
    reg.put(
        "recipient",
        account=fact.subject,
        number=data["number"],
        keyset=data["to"],
        seq=fact.seq,
        place=0,
        batch=data["batch"],
        blob=data["wrap"],
    )


EVENTS = (
    Event(
        "keys.wrapped",
        "bat",
        {"seals": e.each(e.ident("kst", "epo"), e.sealed)},
        e.MEMBERS,
        _wrap,
        rule=_may_wrap,
    ),
    Event(
        "version.written",
        "acc",
        {
            "number": e.count,
            "batch": e.ident("bat"),
            "epoch": e.ident("epo"),
            "to": e.many(e.ident("kst")),
            "parts": e.each(e.one_of(*exposure.PARTS), e.one_of(NEW, KEPT)),
            "commitment": e.digest,
            "blob": e.sealed,
            "why": e.one_of(*WHY),
        },
        e.MEMBERS,
        _write,
        optional={
            "previous": e.count,
            "occurred_at": e.time,
            "changed_by": e.ident("per"),
            "allowed": e.flag,
        },
        rule=_may_write,
    ),
    Event(
        "version.shared",
        "acc",
        {"number": e.count, "to": e.ident("kst"), "batch": e.ident("bat"), "wrap": e.sealed},
        e.CUSTODIANS,
        _share,
        rule=_may_share,
    ),
)
