"""Versions of an account's secret: to whom each was sealed, and who saw what of it."""

from __future__ import annotations

from collections.abc import Collection

from audit.deep.forms import Void
from audit.deep.owed import PASSWORD
from audit.deep.register import CUSTODIAN, CUSTODY, Register, Said, known, new, version_of
from audit.deep.things import LIVE, Account, Rotation, Version


def wrapped(reg: Register, said: Said) -> None:
    new(reg.batches, said.subject, "the batch of commit keys")
    reg.batches[said.subject] = said.keyset, frozenset(said.data["seals"])


def written(reg: Register, said: Said) -> None:
    data, account = said.data, known(reg.accounts, said.subject, "the account")
    before = account.versions.get(data.get("previous", -1))
    if data["number"] != (account.newest.number + 1 if account.newest else 1):
        raise Void("its number is not the next one")
    _check_recipients(reg, said, account)
    _check_parts(data["parts"], before, account.current)
    holds = (said.person, "secret") in account.grants
    if CUSTODIAN not in said.roles and not (holds and data["why"] == "deposit"):
        raise Void("only a custodian, or a holder who deposits, writes a version")
    number, fresh = data["number"], [part for part, state in data["parts"].items() if state == "new"]
    kept = before.origins if before else {}
    account.versions[number] = Version(
        number,
        said.seq,
        reg.newest[CUSTODY],
        data.get("previous"),
        data["why"],
        said.keyset,
        {part: number if part in fresh else kept[part] for part in data["parts"]},
        dict.fromkeys(data["to"], said.seq),
        before.gone & kept.keys() - set(fresh) if before else set(),
    )
    if data["why"] == "deposit":
        end(account, "superseded")
        make_current(account, number)
    else:
        fresh = [part for part in fresh if part != PASSWORD]  # made by the vault, typed by nobody
    _typed(reg, said, account, fresh)


def _check_recipients(reg: Register, said: Said, account: Account) -> None:
    epoch, to = said.data["epoch"], said.data["to"]
    if CUSTODY not in reg.newest or reg.newest[CUSTODY].id != epoch or reg.due(CUSTODY):
        raise Void("it is not sealed to the custody epoch in force")
    if to != reg.holders(account):
        raise Void("it is not sealed to exactly the account's holders")
    if not _own_batch(reg, said) >= {epoch, *to}:
        raise Void("a recipient has no commit key")


def _own_batch(reg: Register, said: Said) -> frozenset[str]:
    author, recipients = reg.batches.get(said.data["batch"], ("", frozenset()))
    if author != said.keyset:
        raise Void("its batch of commit keys is not the author's")
    return recipients


def _check_parts(parts: dict[str, str], before: Version | None, current: Version | None) -> None:
    kept = {part for part, state in parts.items() if state == "kept"}
    if not kept <= (before.origins.keys() if before else set()):
        raise Void("a kept component has nothing to be kept from")
    if kept and before is not None and before.state not in LIVE:
        raise Void("a component is kept from a version that the platform has no more")
    if current is not None and not current.there.keys() <= parts.keys():
        raise Void("a component that the account has is left out")


def _typed(reg: Register, said: Said, account: Account, parts: Collection[str]) -> None:
    """Who changed it on the platform knows it, and so does who typed it in here, on their machine."""
    machine = reg.machine(said.keyset)
    people = {said.data.get("changed_by", said.person): None, said.person: machine.id if machine else None}
    for person, device in people.items():
        for part in parts:
            account.seen[person, device, part, said.data["number"]] = said.seq


def make_current(account: Account, number: int) -> None:
    for version in account.versions.values():
        if version.number < number and version.state in LIVE:
            version.state = "superseded"
    account.versions[number].state = "current"


def end(account: Account, state: str) -> None:
    """The open rotation of an account, if there is one, is over."""
    under_way: Rotation | None = account.rotation
    if under_way is not None:
        under_way.state, under_way.ended, account.rotation = state, True, None


def shared(reg: Register, said: Said) -> None:
    """A later grant: the same version, sealed to one keyset more."""
    account, version = version_of(reg, said)
    if said.data["to"] not in reg.holders(account):
        raise Void("it is sealed to somebody who does not hold the account")
    if said.data["to"] in version.to:
        raise Void("it is sealed to that keyset already")
    _own_batch(reg, said)
    version.to[said.data["to"]] = said.seq


def seen(reg: Register, said: Said) -> None:
    account, version = version_of(reg, said)
    person = known(reg.people, said.data["person"], "the person").id
    if person != said.person and CUSTODIAN not in said.roles:
        raise Void("only a custodian records what somebody else saw")
    for part, origin in version.origins.items():
        if part in said.data["parts"]:
            account.seen[person, said.data.get("device"), part, origin] = said.seq


RULES = {
    "keys.wrapped": wrapped,
    "version.written": written,
    "version.shared": shared,
    "secret.seen": seen,
}
