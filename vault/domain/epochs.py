"""Epochs: one generation of a team's key, sealed to exactly those who belong (`keys.team_keysets`).

An epoch lists exactly the active keysets of its team and of recovery, is numbered one above its predecessor, and only
a member of the team can start one, or recovery while it re-admits somebody (`vault.domain.recovery`). An epoch that
was sealed wrongly to others is left out by one that *follows* an older one: what was sealed to it meanwhile is owed.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import exposure
from vault.domain.events import Event, Fact, Register, Row, Void
from vault.domain.keys import CUSTODY, REGISTER, TEAM_ROLES, epoch_due, newest_epoch, team_keysets


def _may_start_epoch(reg: Register, fact: Fact) -> None:
    team = fact.data["team"]
    if not fact.roles & TEAM_ROLES[team] and not _readmitting(reg, fact):
        raise Void("only a member of the team can start its epoch")
    newest = newest_epoch(reg, team)
    if "follows" in fact.data:
        _may_skip(reg, fact)
    elif not epoch_due(reg, team):
        raise Void("the team's epoch is not due: nobody has come or gone since it began")
    if fact.data["number"] != (newest["number"] + 1 if newest else 1):
        raise Void("the epoch's number is not the next one")
    if ("predecessor" in fact.data) != (newest is not None):
        raise Void("an epoch seals its predecessor's key, the first has none")
    if sorted(fact.data["seals"]) != team_keysets(reg, team):
        raise Void("the epoch is not sealed to exactly those who belong to the team")
    if reg.get("epoch", id=fact.subject) is not None:
        raise Void("the epoch exists already")


def _readmitting(reg: Register, fact: Fact) -> bool:
    """The kit starts what is due; and goes past what does not open once it has announced its use."""
    if e.RECOVERY not in fact.roles:
        return False
    if "follows" in fact.data:
        return bool(reg.find("recovery_use", keyset=fact.keyset))
    return epoch_due(reg, fact.data["team"])


def _may_skip(reg: Register, fact: Fact) -> None:
    """Nobody can see whether a seal opens: so whoever was sealed an older epoch may follow that one, on the record."""
    row = e.require(reg.get("epoch", id=fact.data["follows"]), "the epoch that it follows")
    if row["team"] != fact.data["team"] or row["skipped"] is not None:
        raise Void("the epoch that it follows is another team's, or was skipped itself")
    left_out = skipped_by(reg, row)
    if not left_out:
        raise Void("an epoch names the one that it follows only to leave out a later one")
    if reg.get("epoch_seal", epoch=row["id"], keyset=fact.keyset) is None:
        raise Void("the epoch that it follows was not sealed to its author")
    if any(one["author"] == fact.keyset for one in left_out):
        raise Void("whoever made an epoch can open it, and has no reason to leave it out")


def skipped_by(reg: Register, follows: Row) -> list[Row]:
    """The epochs in force of a team that are left out by following an older one."""
    rows = reg.find("epoch", team=follows["team"], skipped=None)
    return sorted((r for r in rows if r["number"] > follows["number"]), key=lambda row: row["number"])


def _start_epoch(reg: Register, fact: Fact) -> None:
    data, before = fact.data, newest_epoch(reg, fact.data["team"])
    follows = data.get("follows", before["id"] if before else None)
    if "follows" in data:
        _skip(reg, fact)
    reg.put(
        "epoch",
        id=fact.subject,
        team=data["team"],
        number=data["number"],
        public=data["public"],
        seq=fact.seq,
        author=fact.keyset,
        predecessor=data.get("predecessor"),
        follows=follows,
        skipped=None,
    )
    reg.put_all(
        "epoch_seal", [{"epoch": fact.subject, "keyset": k, "seal": h} for k, h in data["seals"].items()]
    )


def _skip(reg: Register, fact: Fact) -> None:
    """What was sealed to the epochs that are left out opens for nobody who comes later: it must be changed."""
    left_out = skipped_by(reg, e.require(reg.get("epoch", id=fact.data["follows"]), "the epoch"))
    for row in left_out:
        reg.change("epoch", {"id": row["id"]}, skipped=fact.seq)
    exposure.lost(reg, fact, epochs=[row["id"] for row in left_out])


EVENTS = (
    Event(
        "epoch.started",
        "epo",
        {
            "team": e.one_of(REGISTER, CUSTODY),
            "number": e.count,
            "public": e.base64_of(1216),  # ML-KEM-768 and X25519
            "seals": e.each(e.ident("kst"), e.sealed),
        },
        e.MEMBERS | {e.RECOVERY},
        _start_epoch,
        optional={"predecessor": e.sealed, "follows": e.ident("epo")},
        rule=_may_start_epoch,
    ),
)
