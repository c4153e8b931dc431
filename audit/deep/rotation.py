"""Rotations: prepared, applied or rejected or unknown, verified, done when every door is shut; and deferrals."""

from __future__ import annotations

from audit.deep import owed
from audit.deep.forms import Void
from audit.deep.owed import COULD_OPEN, PARTS, Touched
from audit.deep.register import CUSTODIAN, Register, Said, known, new, version_of
from audit.deep.things import Account, Rotation, Version
from audit.deep.versions import end, make_current

# From which states each step may come, and to which it leads.
_STEPS = {
    "rotation.applied": ({"prepared", "unknown"}, "applied"),
    "rotation.unknown": ({"prepared", "applied"}, "unknown"),
    "rotation.rejected": ({"prepared", "unknown", "applied"}, "rejected"),
    "rotation.abandoned": ({"prepared"}, "abandoned"),
    "rotation.verified": ({"applied", "unknown"}, "verified"),
}


def started(reg: Register, said: Said) -> None:
    data, (account, version) = said.data, version_of(reg, said)
    new(reg.rotations, data["rotation"], "the rotation")
    deposit = bool(data.get("deposit"))
    if deposit:
        _check_deposit(said, account, version)
    else:
        _check_prepared(said, account, version)
    end(account, "superseded")
    state = "prepared"
    base = data["number"] - 1 if deposit or version.state == "prepared" else data["number"]
    if (
        deposit
    ):  # that it closes something is for others to say: who has an exit open, or leaves them no door to shut
        alone = CUSTODIAN in said.roles or not set(data["doors"]) <= _answered(version, base)
        state = "verified" if alone and not owed.open_exit(account, said.person) else "applied"
    rotation = Rotation(data["rotation"], account.id, data["number"], base, data["doors"], state)
    reg.rotations[rotation.id] = account.rotation = rotation
    _finish(said, account, rotation)


def _check_deposit(said: Said, account: Account, version: Version) -> None:
    if (version.why, version.state) != ("deposit", "current"):
        raise Void("its version is not a deposit in force")
    if version.author != said.keyset or version is not account.newest:
        raise Void("only who has just deposited says that it answers what was owed")


def _check_prepared(said: Said, account: Account, version: Version) -> None:
    if CUSTODIAN not in said.roles:
        raise Void("only a custodian prepares a rotation")
    if account.state == "closed":
        raise Void("the account is closed")
    if account.rotation is not None and account.rotation.state != "verified":
        raise Void("a rotation of this account is open already")
    if version.state not in ("prepared", "current"):
        raise Void("its version is not a candidate")


def _open(reg: Register, said: Said) -> tuple[Rotation, Account]:
    rotation = known(reg.rotations, said.subject, "the rotation")
    if rotation.ended:
        raise Void(f"the rotation has ended: it is {rotation.state}")
    return rotation, reg.accounts[rotation.account]


def stepped(reg: Register, said: Said) -> None:
    rotation, account = _open(reg, said)
    before, after = _STEPS[said.event]
    if rotation.state not in before:
        raise Void(f"the rotation is {rotation.state}")
    if rotation.number == rotation.base and after in ("applied", "unknown"):
        raise Void("nothing new was stored for it yet")
    if after == "verified":
        _check_exit(said, account)
        rotation.state = after
        make_current(account, rotation.number)
        _finish(said, account, rotation)
        return
    _mark(account, rotation.number, after)
    current = account.current
    if after not in ("rejected", "abandoned"):
        rotation.state = after
    elif current is not None and rotation.base < current.number < rotation.number:
        rotation.state, rotation.number = "verified", current.number  # an earlier candidate had been verified
    else:
        end(account, after)


def _check_exit(said: Said, account: Account) -> None:
    if owed.open_exit(account, said.person):
        raise Void("who has an open exit closes nothing")


def _mark(account: Account, number: int, state: str) -> None:
    """The candidate follows the rotation; what is current stays so until something else is verified."""
    if account.versions[number].state != "current":
        account.versions[number].state = state


def extended(reg: Register, said: Said) -> None:
    rotation, account = _open(reg, said)
    version = known(account.versions, said.data["number"], "its version")
    if (version.state, version.previous) != ("prepared", rotation.number):
        raise Void("its version does not follow the rotation's candidate")
    _mark(account, rotation.number, "superseded")
    rotation.state = "applied" if rotation.state == "verified" else rotation.state
    rotation.number, version.state = version.number, rotation.state


def ticked(reg: Register, said: Said) -> None:
    rotation, account = _open(reg, said)
    doors = said.data["doors"]
    if rotation.state != "verified":
        raise Void("a door is shut after the new secret is verified")
    _check_exit(said, account)
    if not doors.keys() <= set(rotation.doors):
        raise Void("the platform has no such door")
    if any(door in PARTS and state == "done" for door, state in doors.items()):
        raise Void("a component is replaced by storing the new one")
    rotation.shut |= doors.keys()
    owed.gone(account, said, {door for door, state in doors.items() if state == "absent"} & set(PARTS))
    _finish(said, account, rotation)


def _finish(said: Said, account: Account, rotation: Rotation) -> None:
    """Done when verified and every door is shut: by a tick, by a new component, or because there is none any more."""
    if rotation.state != "verified":
        return
    answered = _answered(account.versions[rotation.number], rotation.base)
    if set(rotation.doors) <= rotation.shut | answered:
        owed.discharge(account, rotation.number, said.seq)
        end(account, "done")


def _answered(version: Version, base: int) -> set[str]:
    """Doors of components that the version brought new, or that the platform has no more."""
    return version.gone | {part for part, origin in version.origins.items() if origin > base}


def component_gone(said: Said, account: Account, parts: set[str]) -> None:
    """The platform has a component no more: its door is shut."""
    owed.gone(account, said, parts)
    if account.rotation is not None:
        _finish(said, account, account.rotation)


def account_gone(said: Said, account: Account) -> None:
    """A closed account has nothing to rotate, and nothing of it is owed."""
    if account.rotation is not None:
        _mark(account, account.rotation.number, "abandoned")
        end(account, "abandoned")
    owed.gone(account, said, set(PARTS))


def abandon_if_had(account: Account, had: Touched) -> None:
    """Somebody who goes could open this candidate before it was applied: it must not become current."""
    rotation = account.rotation
    if rotation is None or rotation.state != "prepared":
        return
    origins = account.versions[rotation.number].origins
    if any(value in had and value[1] > rotation.base for value in origins.items()):
        _mark(account, rotation.number, "abandoned")
        end(account, "abandoned")


def taken_over(reg: Register, said: Said) -> None:
    _open(reg, said)


def deferred(reg: Register, said: Said) -> None:
    account = reg.accounts.get(said.subject)
    open_ = account.open if account else []
    later = [each for each in open_ if (each.part, each.grade) == (said.data["part"], COULD_OPEN)]
    if account is None or not later:
        raise Void("only an obligation of class 3 is put off")
    _check_exit(said, account)
    for each in later:
        each.deferred = said.data["until"]


RULES = {
    "rotation.started": started,
    "rotation.extended": extended,
    **dict.fromkeys(_STEPS, stepped),
    "rotation.ticked": ticked,
    "rotation.taken_over": taken_over,
    "obligation.deferred": deferred,
}
