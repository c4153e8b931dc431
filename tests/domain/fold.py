"""A register folded from synthetic facts: no log, no crypto, only what the event table says.

scene = force()                                   a copy of one small force; see `_force` for the cast
scene.do("team.added", "tem", ...)                folds a fact that must apply; its position
scene.void("person.left", "per-…", by="hal")      folds a fact that must be void and change nothing; the reason
scene.changed(lambda: scene.do(...))              the tables that something changed, with rows gone and rows new

Names stand for ids: ``per("ada")`` is her person, ``kst("ada")`` her keyset. ``by`` is the name of a keyset.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from vault.domain import keys, secrets, table
from vault.domain.events import Fact
from vault.store.register import State

TIME = "2026-11-20T10:00:00Z"
DAY = "2026-11-20"
KEM = 1216
EARLIER = "2026-10-01T08:30:00Z"
# What is this client's alone, or moves with the log and not with an entry.
LOCAL = {"pin", "leaf", "signer", "lookup", "stale"}
Tables = dict[str, list[str]]


def ident(prefix: str, name: str) -> str:
    """The id that a name stands for."""
    return f"{prefix}-{name:a<16}"


def _named(prefix: str) -> Callable[[str], str]:
    return functools.partial(ident, prefix)


per, kst, acc, dev, grt, tem, req, rot, clm, note, epo, inv, bat, wit, rec = map(
    _named,
    ("per", "kst", "acc", "dev", "grt", "tem", "req", "rot", "clm", "not", "epo", "inv", "bat", "wit", "rec"),
)


def b64(name: str, size: int = 32) -> str:
    """So many bytes that belong to a name, in base64."""
    raw = bytearray(hashlib.shake_256(name.encode()).digest(size))
    if size == KEM:  # numbers below 2,048, and a point below 2^255 - 19, so that it is a key
        raw[1:1152:3] = bytes(byte & 0xF7 for byte in raw[1:1152:3])
        raw[2:1152:3] = bytes(byte & 0x7F for byte in raw[2:1152:3])
        raw[-1] &= 0x3F
    return base64.b64encode(raw).decode()


def keys_of(name: str) -> dict[str, str]:
    """The public keys of a keyset."""
    return {"key": b64(f"sign {name}"), "kem": b64(f"kem {name}", 1216)}


class Fold:
    """A register and the facts that made it."""

    def __init__(self, reg: State | None = None, facts: Iterable[Fact] = ()) -> None:
        self.reg = reg or State.memory()
        self.facts = list(facts)

    @property
    def seq(self) -> int:
        return len(self.facts)

    def fact(
        self, event: str, subject: str = "", /, *, by: str = "ada", time: str = TIME, **data: Any
    ) -> Fact:
        """The next fact, with what the register knows of its author now."""
        given = {name.removesuffix("_"): value for name, value in data.items() if value is not None}
        person, roles = table.author(self.reg, kst(by), event, given)
        return Fact(
            seq=self.seq,
            time=time,
            keyset=kst(by),
            person=person,
            roles=roles,
            event=event,
            subject=subject,
            data=given,
        )

    def take(self, fact: Fact) -> str | None:
        """Fold a fact; why it is void, or None."""
        self.facts.append(fact)
        return table.fold(self.reg, fact)

    def say(self, event: str, subject: str = "", /, **data: Any) -> str | None:
        return self.take(self.fact(event, subject, **data))

    def do(self, event: str, subject: str = "", /, **data: Any) -> int:
        """Fold a fact that must apply; its position."""
        reason = self.say(event, subject, **data)
        assert reason is None, f"{event} is void: {reason}"
        return self.seq - 1

    def void(self, event: str, subject: str = "", /, **data: Any) -> str:
        """Fold a fact that must be void; nothing but the list of void entries may change."""
        before = self.tables()
        reason = self.say(event, subject, **data)
        assert reason is not None, f"{event} applied"
        after = self.tables()
        assert self.reg.find("void")[-1] == {"seq": self.seq - 1, "event": event, "reason": reason}
        assert {**after, "void": before["void"]} == before, "a void entry changed the register"
        return reason

    def person_of(self, by: str) -> str:
        """The person whose keyset that is."""
        return str((self.reg.get("keyset", id=kst(by)) or {}).get("person"))

    def tables(self) -> Tables:
        """Every folded table, comparable."""
        return {name: sorted(map(repr, self.reg.find(name))) for name in folded_tables()}

    def changed(self, act: Callable[[], object]) -> dict[str, tuple[list[str], list[str]]]:
        """Table → (rows that went, rows that came)."""
        before = self.tables()
        act()
        after = self.tables()
        return {
            name: (sorted(set(before[name]) - set(after[name])), sorted(set(after[name]) - set(before[name])))
            for name in before
            if before[name] != after[name]
        }

    def row(self, name: str, /, **key: Any) -> dict[str, Any]:
        """The one row with that key."""
        (found,) = self.reg.find(name, **key)
        return dict(found)

    # --- the longer facts, right as they stand --------------------------------------------------------------

    def epoch(self, name: str, team: str, *, by: str = "ada", **other: Any) -> int:
        """A new epoch of a team, sealed to exactly those who belong."""
        return self.do("epoch.started", epo(name), by=by, **{**self.epoch_data(team), **other})

    def epoch_data(self, team: str) -> dict[str, Any]:
        newest = keys.newest_epoch(self.reg, team)
        return {
            "team": team,
            "number": newest["number"] + 1 if newest else 1,
            "public": b64(f"epoch {team} {self.seq}", 1216),
            "seals": {k: b64(k) for k in keys.team_keysets(self.reg, team)},
            "predecessor": b64("predecessor") if newest else None,
        }

    def wrap(self, name: str, account: str, *, by: str = "cal") -> str:
        """Commit keys for custody and the holders of an account; the batch."""
        newest = keys.newest_epoch(self.reg, keys.CUSTODY)
        assert newest is not None
        to = [newest["id"], *secrets.holders(self.reg, account)]
        self.do("keys.wrapped", bat(name), by=by, seals={k: b64(f"{name} {k}") for k in to})
        return bat(name)

    def version_data(self, account: str, *, batch: str, **other: Any) -> dict[str, Any]:
        """The fields of the next version of an account, sealed as it must be."""
        last, newest = secrets.newest(self.reg, account), keys.newest_epoch(self.reg, keys.CUSTODY)
        in_force = secrets.current(self.reg, account)
        assert newest is not None
        data = {
            "number": last["number"] + 1 if last else 1,
            "batch": batch,
            "epoch": newest["id"],
            "to": secrets.holders(self.reg, account),
            "parts": {"password": "new"},
            "commitment": b64("commitment"),
            "blob": b64(f"blob {self.seq}"),
            "why": "deposit",
            **other,
        }
        if in_force is not None:  # no component may be left out
            had = secrets.origins(self.reg, account, in_force["number"])
            data["parts"] = {**dict.fromkeys(had, "kept"), **data["parts"]}
            data.setdefault("previous", in_force["number"])
        return data

    def version(self, account: str, *, by: str = "cal", **other: Any) -> int:
        """The next version of an account, with a batch of its own; its number."""
        batch = self.wrap(f"b{_letters(self.seq)}", account, by=by)
        data = self.version_data(account, batch=batch, **other)
        self.do("version.written", account, by=by, **data)
        return int(data["number"])

    def rotation(self, name: str, account: str, *, doors: Iterable[str] = (), **other: Any) -> str:
        """A prepared rotation with a new password; its id."""
        last = secrets.newest(self.reg, account)
        given = {"why": "rotation", "previous": last["number"] if last else None, **other}
        number = self.version(account, **given)
        self.start(name, account, number=number, doors=list(doors))
        return rot(name)

    def start(self, name: str, account: str, *, by: str = "cal", **data: Any) -> int:
        """rotation.started with what it needs."""
        data = {"owner": per("cal"), "lease_until": TIME, "doors": [], **data}
        return self.do("rotation.started", account, by=by, rotation=rot(name), **data)


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


@functools.cache
def folded_tables() -> tuple[str, ...]:
    """The tables of the projection that entries make."""
    rows = State.memory().query("SELECT name FROM sqlite_master WHERE type = 'table'")
    return tuple(sorted({row["name"] for row in rows} - LOCAL))


def genesis(scene: Fold) -> None:
    """Ada, administrator and custodian, and her keyset."""
    data = {"origin": "keyholder/0011223344556677", "person": per("ada"), "policy": "norfolk_suffolk"}
    scene.do("log.genesis", kst("ada"), **keys_of("ada"), **data)


def member(scene: Fold, name: str, *roles: str, vouches: bool = False, by: str = "ada") -> None:
    """A person with a keyset and these roles."""
    scene.do("person.added", per(name), by=by, details=b64(name))
    enrol(scene, name, name, vouches=vouches, by=by)
    for role in roles:
        scene.do("role.given", per(name), by=by, role=role)


def enrol(scene: Fold, keyset: str, person: str, *, vouches: bool = False, by: str = "ada") -> None:
    """One more keyset of a person."""
    data = {"purpose": "member", "vouches": vouches, "person": per(person)}
    scene.do("signer.added", kst(keyset), by=by, **keys_of(keyset), **data)


def recovery(scene: Fold, name: str = "rec", *, by: str = "ada") -> None:
    """A recovery kit that Ada saw, and whoever made it."""
    scene.do("signer.added", kst(name), by=by, **keys_of(name), purpose="recovery", vouches=True)
    scene.do("recovery.made", kst(name), by=by, seen_by=sorted({per("ada"), scene.person_of(by)}))


def _alone() -> Fold:
    scene = Fold()
    genesis(scene)
    recovery(scene)
    scene.epoch("reg", keys.REGISTER)
    scene.epoch("cus", keys.CUSTODY)
    return scene


def _force() -> Fold:
    """Two administrators, a custodian, a holder, an auditor, a desk, and Ned without keys; one of everything."""
    scene = _alone()
    member(scene, "bea", "administrator", vouches=True)
    member(scene, "cal", "custodian", vouches=True)
    member(scene, "hal", "holder")
    member(scene, "amy", "auditor")
    member(scene, "des", "desk")
    scene.do("person.added", per("ned"), details=b64("ned"))
    scene.epoch("regb", keys.REGISTER)
    scene.epoch("cusb", keys.CUSTODY, by="cal")
    scene.do("team.added", tem("dmt"), details=b64("team"), kind="department")
    scene.do("team.joined", tem("dmt"), person=per("hal"), since=DAY, rotate=False)
    data = {"platform": "x", "owner_kind": "team", "details": b64("account")}
    scene.do("account.added", acc("main"), by="cal", **data, team=tem("dmt"))
    give(scene, "main", "hal", "main")
    scene.version(acc("main"), parts={"password": "new", "totp": "new"})
    data = {"kind": "phone", "ownership": "personal", "screen_lock": "yes", "details": b64("phone")}
    scene.do("device.added", dev("phone"), by="hal", **data, person=per("hal"))
    return scene


def give(scene: Fold, name: str, person: str, account: str, **other: Any) -> int:
    """A grant by secret, as an existing fact."""
    data = {"account": acc(account), "person": per(person), "kind": "secret", "since": DAY, "existing": True}
    return scene.do("grant.given", grt(name), by="cal", **{**data, **other})


@functools.cache
def _made(build: Callable[[], Fold]) -> tuple[bytes, tuple[Fact, ...]]:
    scene = build()
    return scene.reg._conn.serialize(), tuple(scene.facts)


def _copy(build: Callable[[], Fold]) -> Fold:
    held, facts = _made(build)
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.deserialize(held)
    return Fold(State(conn, "memory"), facts)


def alone() -> Fold:
    """Ada and her recovery kit, nobody else."""
    return _copy(_alone)


def force() -> Fold:
    """The whole cast."""
    return _copy(_force)
