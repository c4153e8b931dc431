"""What an auditor without a key can know: who could open what, who was where after leaving, what is owed.

Everything is by pseudonymous id, and plain: what is returned goes into JSON as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from audit.deep.judge import Judge, Odd
from audit.deep.register import ADMINISTRATOR, Register
from audit.deep.things import Account, Epoch, Keyset, Version

Told = dict[str, Any]


def report(judge: Judge) -> Told:
    """The whole report."""
    reg, accounts = judge.reg, judge.reg.accounts.values()
    late = _sealed_after(reg)
    return {
        "void": [_odd(each) for each in judge.void],
        "not_judged": [_odd(each) for each in judge.unjudged],
        "accounts": [_account(reg, account) for account in accounts],
        "epochs": [_epoch(reg, epoch) for epoch in reg.epochs.values()],
        "gone": [_gone(reg, each, late) for each in reg.keysets.values() if each.revoked is not None],
        "obligations": [owed for account in accounts for owed in _owed(account)],
        "discharged": sum(len(account.owed) - len(account.open) for account in accounts),
        "times": [
            {"before": asdict(turn.before), "after": asdict(turn.after), "entries": turn.number}
            for turn in judge.clock.turns
        ],
        "waiting": [
            {"entry": said.seq, "event": said.event, "subject": said.subject}
            for said in reg.waiting.values()
            if said.seq not in reg.confirmed and ADMINISTRATOR in reg.behind(said.keyset)[1]
        ],
    }


def findings(told: Told) -> bool:
    """Whether something stands in the report that an auditor must look at first."""
    late = any(each["sealed_after"] for each in told["gone"])
    return bool(told["void"] or told["not_judged"] or told["times"] or late)


def _odd(odd: Odd) -> Told:
    return {"entry": odd.seq, "event": odd.event, "author": odd.author, "reason": odd.reason}


def _account(reg: Register, account: Account) -> Told:
    current = account.current
    return {
        "account": account.id,
        "platform": account.platform,
        "state": account.state,
        "current": current.number if current else None,
        "holders": sorted({person for person, kind in account.grants if kind == "secret"}),
        "versions": [_version(reg, version) for version in account.versions.values()],
    }


def _version(reg: Register, version: Version) -> Told:
    return {
        "version": version.number,
        "state": version.state,
        "entry": version.seq,
        "parts": version.origins,
        "custody_epoch": version.epoch.number,
        "sealed_to": [
            {**_owner(reg, keyset), "since_entry": since} for keyset, since in sorted(version.to.items())
        ],
        "could_open": _persons(reg, readers(reg, version)),
    }


def readers(reg: Register, version: Version) -> set[str]:
    """Keysets that can open a version: its own recipients, and custody of every epoch that leads to its own.

    An epoch seals the private key of the one that it follows, which is older: most often the one before.
    """
    leads = {version.epoch.id: version.epoch}
    for each in reg.epochs.values():
        if each.follows in leads:
            leads[each.id] = each
    return set(version.to).union(*(each.seals for each in leads.values()))


def _epoch(reg: Register, epoch: Epoch) -> Told:
    return {
        "team": epoch.team,
        "number": epoch.number,
        "epoch": epoch.id,
        "entry": epoch.seq,
        "follows": epoch.follows,
        "left_out_at_entry": epoch.skipped,
        "in_force": reg.newest[epoch.team] is epoch,
        "due": reg.newest[epoch.team] is epoch and reg.due(epoch.team),
        "members": [_owner(reg, keyset) for keyset in sorted(epoch.seals)],
    }


def _owner(reg: Register, keyset: str) -> Told:
    """Whose a keyset is; of a recovery kit, who saw it."""
    known = reg.keysets[keyset]
    if known.person:
        return {"keyset": keyset, "person": known.person}
    return {"keyset": keyset, "recovery_kit_seen_by": reg.kits[keyset]}


def _persons(reg: Register, keysets: Iterable[str]) -> list[str]:
    """Everybody behind these keysets, those who saw a recovery kit included."""
    found = (reg.keysets[keyset] for keyset in keysets)
    return sorted({who for each in found for who in ([each.person] if each.person else reg.kits[each.id])})


def _gone(reg: Register, keyset: Keyset, late: dict[str, list[Told]]) -> Told:
    """A keyset that was revoked, whether its person left, and what was sealed to it all the same."""
    owner = reg.people.get(keyset.person)
    return {
        "keyset": keyset.id,
        "person": owner.id if owner else None,
        "revoked_at_entry": keyset.revoked,
        "left_at_entry": owner.left if owner else None,
        "sealed_after": late.get(keyset.id, []),
    }


def _sealed_after(reg: Register) -> dict[str, list[Told]]:
    """Versions and epochs sealed to a keyset after the entry that revoked it. The rules void them: none are left."""
    late: dict[str, list[Told]] = {}
    for keyset, entry, what in _seals(reg):
        revoked = reg.keysets[keyset].revoked
        if revoked is not None and revoked < entry:
            late.setdefault(keyset, []).append({**what, "entry": entry})
    return late


def _seals(reg: Register) -> Iterator[tuple[str, int, Told]]:
    for account in reg.accounts.values():
        for version in account.versions.values():
            for keyset, since in version.to.items():
                yield keyset, since, {"account": account.id, "version": version.number}
    for epoch in reg.epochs.values():
        for keyset in epoch.seals:
            yield keyset, epoch.seq, {"team": epoch.team, "epoch": epoch.number}


def _owed(account: Account) -> Iterator[Told]:
    for each in account.open:
        yield {
            "class": each.grade,
            "account": account.id,
            "component": each.part,
            "since_version": each.origin,
            "cause": each.kind,
            "cause_entry": each.cause,
            "person": each.person,
            "deferred_until": each.deferred,
        }
