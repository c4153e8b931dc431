"""Accounts as facts: added, changed, frozen, closed, shown.

Codes, dates and ids go into the entry; handle, addresses, names and notes into the sealed details. An account that
exists is never left out for missing paperwork. A freeze is the vault's own act and asks the policy; so is closing,
unless it has happened outside already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vault.domain import before, gates, usage
from vault.domain.accounts import CLOSED, OTHER_FORCE, OWNER_KINDS
from vault.domain.before import Act
from vault.domain.decisions import Decision, Denied
from vault.domain.handles import Handle, normalise
from vault.domain.ids import Prefix
from vault.domain.kinds.changes import TellOnChange
from vault.domain.kinds.owner_kinds import OwnerKinds
from vault.domain.platforms import fold_name
from vault.domain.policy import Profile
from vault.errors import UsageProblem
from vault.ops.before import check as refuse_before
from vault.ops.forces import judged
from vault.ops.platforms import handle, platforms
from vault.ops.secrets import account_row
from vault.ops.usage import endless, set_end
from vault.ops.worklist import has_profile

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is said of an account; None where nothing is said."""

    owner_kind: str | None = None
    type: str | None = None
    force: str | None = None
    team: str | None = None
    created_on: str | None = None
    email: str | None = None
    login: str | None = None
    note: str | None = None
    ends_on: str | None = None
    ends_upon: str | None = None

    def codes(self, profile: Profile) -> dict[str, str]:
        """What of it goes into the entry."""
        given = {
            "owner_kind": self.owner_kind and owner_kind(profile, self.owner_kind),
            "type": self.type,
            "force": self.force and force_code(profile, self.force),
            "team": self.team,
            "created_on": self.created_on,
        }
        return {key: value for key, value in given.items() if value}

    def words(self) -> dict[str, str]:
        """What of it is sealed."""
        given = {"force": self.force, "email": self.email, "login": self.login, "notes": self.note}
        return {key: value for key, value in given.items() if value is not None}

    def term(self, today: str) -> dict[str, str] | None:
        """When it ends: a day, or an event that is awaited from today on; None where nothing is said."""
        if self.ends_on and self.ends_upon:
            raise UsageProblem("an account ends on a day or upon an event", hint="give one of the two")
        if self.ends_upon:
            return {"how": usage.UPON, "day": today, "ending": self.ends_upon}
        return {"how": usage.ON, "day": self.ends_on} if self.ends_on else None


@dataclass(frozen=True, slots=True)
class Added:
    """A new line of the register, what is odd about its handle, and what it falls short of."""

    id: str
    name: str
    warnings: tuple[str, ...] = ()
    findings: tuple[gates.Shortfall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A second factor or a recovery channel, and the device or person that it lives with."""

    channel: str
    kind: str
    address: str | None = field(default=None, repr=False)
    device: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Who is to be told of a change, by which clause, and where."""

    recipients: tuple[str, ...]
    clause: str
    mailbox: str | None


# What a document calls the change of a channel.
_LIVES_IN = {"second_factor": "second_factor", "recovery_email": "recovery", "recovery_phone": "recovery"}


def owner_kind(profile: Profile, text: str) -> str:
    """The code of an owner kind; words that nobody defined do not become codes of the log."""
    code = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    known = owner_kinds(profile)
    if code not in known:
        raise UsageProblem("that is no owner kind known here", hint=f"one of {', '.join(known)}")
    return code


def owner_kinds(profile: Profile) -> tuple[str, ...]:
    """The closed list, with what the document adds."""
    rule = profile.rule(OwnerKinds)
    added = (*rule.allowed, *(legacy.owner_kind for legacy in rule.legacy)) if rule else ()
    return tuple(dict.fromkeys((*OWNER_KINDS, *added)))


def force_code(profile: Profile, text: str) -> str:
    """The code of a force that the profile binds, by code or name; any other is "other"."""
    folded = fold_name(text)
    names = (
        (force.code, {fold_name(force.code), fold_name(force.name)}) for force in profile.forces.values()
    )
    return next((code for code, spellings in names if folded in spellings), OTHER_FORCE)


def enforce(decision: Decision, *, about: str | None = None) -> None:
    """Refuse on the record, naming what it was about."""
    if isinstance(decision, Denied) and about:
        decision = decision._replace(about=about)
    decision.check()


def refuse_duplicate(vault: Vault, known: Handle) -> tuple[str, ...]:
    """One account, one line: a handle in use is refused with the id that has it.

    A closed account's handle may be used again, by another account: returns what is to be said of it.
    """
    rows = [
        vault.state.get("account", id=id_) or {} for id_ in sorted(vault.names.called("account", known.name))
    ]
    for row in rows:
        if row["state"] != CLOSED:
            raise UsageProblem(
                f"{known.name} is in the register already: {row['id']}",
                hint=f"keyholder account show {row['id']}",
            )
    return tuple(
        f"was that of {row['id']}, closed on {row['closed_at'][:10]}: this is another account" for row in rows
    )


def add_account(vault: Vault, *, name: str, facts: Facts) -> Added:
    """An account that exists, as a fact."""
    known, codes = handle(name), facts.codes(vault.profile)
    with vault.change() as tx:
        earlier = refuse_duplicate(vault, known)
        id_ = tx.new(Prefix.ACCOUNT)
        emit_account(tx, "account.added", id_, known, codes=codes, words=facts.words())
        set_end(tx, id_, facts)
    return Added(id_, known.name, (*known.warnings, *earlier), endless(vault, id_, facts))


def emit_account(
    tx: Tx,
    event: str,
    id_: str,
    known: Handle,
    *,
    codes: Mapping[str, str],
    words: Mapping[str, str],
    **more: str,
) -> None:
    """The entry and the sealed details of one account."""
    details = tx.details("account", id_, {**words, "name": known.name, "key": known.full_key})
    codes = {"owner_kind": "unknown", **codes}
    tx.emit(event, id_, platform=known.platform, details=details, **codes, **more)


def change_account(
    vault: Vault,
    *,
    account: str,
    facts: Facts,
    rename: str | None = None,
    channels: tuple[Channel, ...] = (),
) -> tuple[Tell, ...]:
    """Record what changed; returns who is to be told of it."""
    codes, words = facts.codes(vault.profile), facts.words()
    words |= {c.channel: c.address for c in channels if c.address}
    if not (codes or words or rename or channels):
        raise UsageProblem("nothing to change was given", hint="see: keyholder account change --help")
    with vault.change() as tx:
        row, before = tx.state.get("account", id=account) or {}, vault.names.details("account", account)
        after = {**before, **words, **_renamed(vault, row, before, rename)}
        if after != before:
            codes["details"] = tx.details("account", account, after)
        if codes:
            tx.emit("account.changed", account, **codes)
        for channel in channels:
            set_channel(tx, account, channel)
    changes = [("account_name", rename), ("owner", facts.owner_kind or facts.team)]
    said = {change for change, happened in changes if happened} | {_LIVES_IN[c.channel] for c in channels}
    return tell(vault.profile, said, row.get("force"))


def _renamed(
    vault: Vault, row: Mapping[str, Any], before: Mapping[str, Any], rename: str | None
) -> dict[str, Any]:
    """The new handle, with the former ones kept beside it."""
    if rename is None:
        return {}
    text = rename.removeprefix(row["platform"] + "/")
    known = normalise(text, platform=row["platform"], platforms=platforms())
    if known.full_key != before.get("key"):
        refuse_duplicate(vault, known)
    former = [*before.get("former", []), *([before["name"]] if "name" in before else [])]
    return {"name": known.name, "key": known.full_key, "former": former}


def set_channel(tx: Tx, account: str, channel: Channel) -> None:
    """Say where a second factor or a recovery channel lives; a lost phone must find it."""
    tx.emit(
        "factor.set",
        account,
        channel=channel.channel,
        kind=channel.kind,
        device=channel.device,
        person=channel.person,
    )


def tell(profile: Profile, changes: set[str], force: str | None) -> tuple[Tell, ...]:
    """Who is told of these changes, in order; nobody where the document does not ask."""
    rule = profile.rule(TellOnChange)
    if rule is None or not changes & set(rule.changes) or not has_profile(profile, force):
        return ()
    mailbox = rule.mailbox(force) if force else None
    return tuple(
        Tell(step.recipients, step.clause, mailbox if n == 0 else None) for n, step in enumerate(rule.tell)
    )


def freeze(vault: Vault, *, account: str, at: str | None = None, reason: str | None = None) -> None:
    """Stop the use of an account."""
    _step(vault, "account.frozen", account, at, reason)


def unfreeze(vault: Vault, *, account: str, at: str | None = None) -> None:
    """Let it be used again."""
    _step(vault, "account.unfrozen", account, at)


def _step(vault: Vault, event: str, account: str, at: str | None, reason: str | None = None) -> None:
    with vault.change() as tx:
        enforce(gates.may_freeze(vault.profile, vault.roles()), about=account)
        if event == "account.unfrozen":
            act = Act(what=before.UNFREEZE, account=account_row(tx, account))
            refuse_before(vault, tx, act, action="account_unfreeze", about=account)
        tx.emit(event, account, occurred_at=tx.at(at), reason=reason)


def close(
    vault: Vault,
    *,
    account: str,
    consulted: Mapping[str, str] | None,
    existing: bool = False,
    at: str | None = None,
) -> tuple[gates.Shortfall, ...]:
    """Close an account after the consultation, or record that it was closed outside; returns what is missing."""
    with vault.change() as tx:
        row = judged(vault, account_row(tx, account))
        bound = has_profile(vault.profile, row["force"])
        decision = gates.may_close(vault.profile, consulted=bool(consulted), policy=bound)
        if not existing:
            enforce(decision, about=account)
        when = tx.at(at)
        act = Act(what=before.CLOSE, account=row, at=when)
        short = refuse_before(vault, tx, act, action=gates.CLOSE, about=account, fact=existing)
        evidence = tx.details("evidence", account, consulted) if consulted else None
        tx.emit(
            "account.closed",
            account,
            occurred_at=when,
            consulted=evidence,
            existing=existing or None,
        )
    first = (gates.Shortfall(decision.clause, decision.reason),) if isinstance(decision, Denied) else ()
    return (*first, *short)
