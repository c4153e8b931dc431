"""Use, silence and end of an account, recorded as facts with their day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from vault.domain import usage
from vault.domain.gates import Shortfall
from vault.domain.kinds.temporary import ENDLESS, TemporaryAccount
from vault.errors import Refused, UsageProblem
from vault.ops.posts import code_of
from vault.ops.worklist import has_profile

if TYPE_CHECKING:
    from vault.ops.accounts import Facts
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


def used(
    vault: Vault,
    *,
    account: str,
    day: dt.date,
    how: str,
    person: str | None = None,
    corrects: int | None = None,
) -> int:
    """Somebody says when an account was used last, and how; the entry's position."""
    with vault.change() as tx:
        return tx.emit("account.used", account, day=tx.day(day), how=how, person=person, corrects=corrects)


def followed_up(
    vault: Vault,
    *,
    account: str,
    step: str,
    day: dt.date,
    via: str | None = None,
    until: dt.date | None = None,
    post: str | None = None,
    person: str | None = None,
) -> int:
    """What was done about an account's silence: a reminder counts from the day on which it was sent."""
    if step in usage.ALLOWED and (post is None or person is None):
        raise UsageProblem(f"a {step} is somebody's decision", hint="give --post and --by")
    if step == usage.MITIGATION and until is None:
        raise UsageProblem("a mitigation ends some day", hint="give --until DATE")
    if until is not None and step not in usage.ALLOWED:
        raise UsageProblem(f"a {step} has no end", hint="leave --until out")
    with vault.change() as tx:
        return tx.emit(
            "account.followed_up",
            account,
            step=step,
            day=tx.day(day),
            via=via,
            until=until.isoformat() if until else None,
            post=code_of(post) if post else None,
            person=person,
        )


def ends(
    vault: Vault,
    *,
    account: str,
    how: str,
    day: dt.date | None = None,
    ending: str | None = None,
    post: str | None = None,
    person: str | None = None,
) -> None:
    """Set or change when a temporary account ends, or declare that its event has come."""
    if (post is None) != (person is None):
        raise UsageProblem("who allowed it is a post and a person", hint="give --post and --by, or neither")
    with vault.change() as tx:
        rows = sorted(tx.state.find("term", account=account), key=lambda row: int(row["seq"]))
        before = usage.terms(rows)
        if how == usage.REACHED and (before is None or before.how != usage.UPON):
            raise UsageProblem(
                "no event is awaited for it", hint="keyholder account ends ACCOUNT --upon EVENT"
            )
        tx.emit(
            "account.ends",
            account,
            how=how,
            day=tx.day(day) if not day or how == usage.REACHED else day.isoformat(),
            ending=ending,
            post=code_of(post) if post else None,
            person=person,
        )
        rows = sorted(tx.state.find("term", account=account), key=lambda row: int(row["seq"]))
        after = usage.terms(rows)
        if after is not None and rows[-1]["seq"] in after.not_allowed:
            raise Refused(
                "a temporary account is not extended, nor made permanent, without somebody's leave",
                hint="give the post that allowed it and who held it: --post POST --by PERSON",
            )


def set_end(tx: Tx, account: str, facts: Facts) -> None:
    """Record when a new account ends, where that is said."""
    if term := facts.term(tx.today):
        tx.emit("account.ends", account, **term)


def endless(vault: Vault, account: str, facts: Facts) -> tuple[Shortfall, ...]:
    """What an account that is there already lacks, where it is temporary and nobody says its end: said, not refused."""
    force = facts.codes(vault.profile).get("force")
    if facts.ends_on or facts.ends_upon or not has_profile(vault.profile, force):
        return ()
    return tuple(
        Shortfall(rule.clause, f"{ENDLESS}: keyholder account ends {account} --on DATE")
        for document in (vault.profile, *vault.guides)
        for rule in document.rules(TemporaryAccount)
        if rule.needs_end(facts.type)
    )
