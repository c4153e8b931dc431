"""Two folds of one log: the vault's, and that of `audit.deep`, which shares no rule with it. They must say the same.

Where they differ, a rule was changed in one place only: change it in the other, or see which of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from audit.deep.judge import Judge
from audit.deep.register import Register
from audit.entry import Entry
from vault.domain import clock, voices
from vault.ops.session import fold_into
from vault.store.register import State

Facts = dict[str, set[tuple[Any, ...]]]


def same_log(entries: Iterable[Entry]) -> Judge:
    """Fold the entries by both."""
    judge, state, stamps = Judge(), State.memory(), []
    for entry in entries:
        fold_into(state, entry)
        judge.take(entry)
        stamps.append(clock.Stamp(entry.seq, entry.time))
    agrees(judge, state)
    turns = [(each.before.entry, each.after.entry, each.number) for each in judge.clock.turns]
    assert turns == [(c.before.seq, c.after.seq, c.number) for c in clock.contradictions(stamps)]
    return judge


def agrees(judge: Judge, state: State) -> None:
    """The same entries void, the same recipients, the same obligations, the same everything that decides a right."""
    unknown = {odd.seq: odd.reason for odd in judge.unjudged if "not known" in odd.reason}
    ours = {odd.seq: odd.reason for odd in judge.void} | unknown
    theirs = {row["seq"]: row["reason"] for row in state.find("void")}
    differ = {seq: (theirs.get(seq), ours.get(seq)) for seq in theirs.keys() ^ ours.keys()}
    assert not differ, f"void for one of the two only (the vault's reason, ours): {differ}"
    said, told = second(judge.reg), first(state)
    for name in told:
        assert said[name] == told[name], (name, said[name] ^ told[name])


def first(state: State) -> Facts:
    """What the vault makes of the log."""

    def rows(table: str, *columns: str, **equal: Any) -> set[tuple[Any, ...]]:
        return {tuple(row[column] for column in columns) for row in state.find(table, **equal)}

    return {
        "person": rows("person", "id", "state", "added"),
        "role": rows("role", "person", "role", "since", until=None),
        "voices": {(row["id"], voices.speaks(row)) for row in state.find("keyset")},
        "ended": rows("removal", "seq", "person", "voice", "back"),
        "keyset": {(*row[:1], row[1] or "", *row[2:]) for row in rows(*_KEYSET)},
        "epoch": rows("epoch", "id", "team", "number", "seq", "author", "follows", "skipped"),
        "epoch_seal": rows("epoch_seal", "epoch", "keyset"),
        "recovery": rows("recovery", "keyset", "person"),
        "pending": rows("pending", "seq", "confirmed"),
        "erased": rows("erased", "hash"),
        "restored": rows("restored", "seq", "root", "size", "continued"),
        "about": rows("about", "person", "hash"),
        "account": rows("account", "id", "platform", "team", "state"),
        "grant": rows("grant_", "id", "account", "person", "kind", "revoked"),
        "device": rows("device", "id", "person", "kind", "keyset", "state"),
        "signed_in": rows("device_account", "device", "account", until_seq=None),
        "version": rows("version", "account", "number", "seq", "epoch", "state", "author"),
        "part": rows("part", "account", "number", "part", "origin"),
        "recipient": rows("recipient", "account", "number", "keyset"),
        "exposure": rows("exposure", "account", "person", "device", "part", "origin"),
        "cause": causes(state),
        "obligation": rows("obligation", *_OWED),
        "rotation": rows("rotation", "id", "account", "number", "base", "state"),
        "door": rows("door", "rotation", "door"),
        "claim": rows("claim", "id"),
        "unkeyed": rows("unkeyed", "id", done=None),
    }


_KEYSET = ("keyset", "id", "person", "key", "kem", "purpose", "added", "revoked")
_OWED = ("cause", "account", "part", "origin", "class", "discharged", "deferred_until")


def causes(state: State) -> set[tuple[Any, ...]]:
    """Causes from which something followed; of the others the second opinion keeps nothing."""
    touched = {row["cause"] for row in state.find("obligation")}
    return {(r["seq"], r["kind"], r["person"]) for r in state.find("cause") if r["seq"] in touched}


def second(reg: Register) -> Facts:
    """What the second opinion is, in the same words."""
    accounts = reg.accounts.values()
    versions = [(account, each) for account in accounts for each in account.versions.values()]
    owed = [(account, each) for account in accounts for each in account.owed]
    return {
        "person": {(p.id, p.state, p.added) for p in reg.people.values()},
        "role": {(p.id, *since) for p in reg.people.values() for since in p.held.items()},
        "voices": {(k.id, k.voices) for k in reg.keysets.values()},
        "ended": {(each.seq, each.person, each.voice, each.back) for each in reg.ended},
        "keyset": {
            (k.id, k.person, k.key, k.kem, k.purpose, k.added, k.revoked) for k in reg.keysets.values()
        },
        "epoch": {
            (e.id, e.team, e.number, e.seq, e.author, e.follows, e.skipped) for e in reg.epochs.values()
        },
        "epoch_seal": {(e.id, keyset) for e in reg.epochs.values() for keyset in e.seals},
        "recovery": {(kit, person) for kit, people in reg.kits.items() for person in people},
        "pending": {(seq, reg.confirmed.get(seq)) for seq in reg.waiting},
        "erased": {(name,) for name in reg.erased},
        "restored": reg.restored,
        "about": {(person, name) for name, people in reg.blobs.items() for person in people},
        "account": {(a.id, a.platform, a.team, a.state) for a in accounts},
        "grant": {(id_, g.account, g.person, g.kind, g.revoked) for id_, g in reg.grants.items()},
        "device": {(d.id, d.person, d.kind, d.keyset, d.state) for d in reg.devices.values()},
        "signed_in": {(d.id, account) for d in reg.devices.values() for account in d.accounts},
        "version": {(a.id, v.number, v.seq, v.epoch.id, v.state, v.author) for a, v in versions},
        "part": {(a.id, v.number, *value) for a, v in versions for value in v.origins.items()},
        "recipient": {(a.id, v.number, keyset) for a, v in versions for keyset in v.to},
        "exposure": {(a.id, *seen) for a in accounts for seen in a.seen},
        "cause": {(o.cause, o.kind, o.person) for _, o in owed},
        "obligation": {(o.cause, a.id, o.part, o.origin, o.grade, o.discharged, o.deferred) for a, o in owed},
        "rotation": {(r.id, r.account, r.number, r.base, r.state) for r in reg.rotations.values()},
        "door": {(r.id, door) for r in reg.rotations.values() for door in r.shut},
        "claim": {(claim,) for claim in reg.claims},
        "unkeyed": {(id_,) for id_ in reg.unkeyed},
    }
