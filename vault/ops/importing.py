"""Write what an import planned and somebody agreed to: everything in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vault.domain.columns import Field
from vault.domain.events import CUSTODIAN
from vault.domain.ids import Prefix
from vault.domain.imports import Outcome, PlannedRow
from vault.domain.secrets import NEW
from vault.errors import Busy, UsageProblem
from vault.ops import accounts, sealing
from vault.ops.accounts import Channel
from vault.ops.bodies import card
from vault.ops.grants import share_live
from vault.ops.import_words import CODED, UNKNOWN, Choices, codes_of, day_of, factor_kind, parts_of
from vault.ops.imports import PEOPLE, Planned, plan_import
from vault.ops.worklist import LINE_MANAGER

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What went in."""

    new: int
    changed: int
    unchanged: int
    skipped: int
    deposits: int
    linked: int
    strangers: int


def register(vault: Vault, planned: Planned, raw: bytes, choices: Choices, *, skip_bad: bool) -> Imported:
    """Write what was planned and agreed to, in one transaction."""
    if planned.plan.problems and not skip_bad:
        raise UsageProblem(
            f"{_rows(len(planned.plan.problems))} not understood; nothing was registered",
            hint="correct them, or leave them in a file of their own with --skip-bad OUT.csv",
        )
    if planned.deposits:
        vault.require_role(CUSTODIAN)
    with vault.change() as tx:
        if vault.follower.size != planned.size and plan_import(vault, raw, choices).plan != planned.plan:
            raise Busy(
                "the register has changed since the plan was shown; nothing was registered", hint="try again"
            )
        ids = {row.number: _account(tx, planned, row, choices) for row in planned.taken}
        linked = sum(_link(tx, ids[row.number], planned, row) for row in planned.taken)
        _deposit(tx, {ids[row.number]: row for row in planned.deposits})
    return _imported(planned, linked)


def _rows(number: int) -> str:
    return "1 row is" if number == 1 else f"{number:,} rows are"


def _account(tx: Tx, planned: Planned, row: PlannedRow, choices: Choices) -> str:
    """The account's own entry, where there is anything to say; its id."""
    profile, id_ = tx.vault.profile, planned.id_of(row)
    if row.handle is None:
        raise ValueError("a row that is taken has a handle")
    if id_ is None:
        id_, said = tx.new(Prefix.ACCOUNT), dict(row.details)
        words = {**({"force": choices.force} if choices.force else {}), **said}
        codes = codes_of(profile, said, choices, today=tx.today)
        accounts.emit_account(tx, "account.imported", id_, row.handle, codes=codes, words=words)
    else:
        said = {change.name: change.after for change in row.changes}
        if said:
            details = {**planned.before[id_], **said, **_earlier(planned.before[id_], row)}
            columns = {CODED[name] for name in said if name in CODED}
            codes = {
                k: v
                for k, v in codes_of(profile, row.details, choices, today=tx.today).items()
                if k in columns
            }
            codes = {
                k: v for k, v in codes.items() if v != UNKNOWN
            }  # words not understood replace no known code
            tx.emit("account.changed", id_, details=tx.details("account", id_, details), **codes)
    _channels(tx, id_, said)
    _use(tx, id_, said)
    return id_


def _use(tx: Tx, account: str, said: Mapping[str, str]) -> None:
    """The day of its last use, where the file has one that has come: how it was used, it does not say."""
    day = day_of(said.get(Field.LAST_USED, ""))
    if day and day <= tx.today:
        tx.emit("account.used", account, day=day, how="unknown")


def _earlier(before: Mapping[str, Any], row: PlannedRow) -> dict[str, list[str]]:
    """What a file replaces stays beside it: a file may be older than the register, or wrong."""
    replaced = [f"{c.name}: {c.before}" for c in row.changes if c.before and c.name != Field.NOTES]
    kept = [*before.get("earlier", []), *replaced]
    return {"earlier": list(dict.fromkeys(kept))} if replaced else {}


def _channels(tx: Tx, account: str, said: Mapping[str, str]) -> None:
    """Second factor and recovery, where the words are understood; on which device they live is asked later."""
    kinds = {
        "second_factor": factor_kind(said.get(Field.SECOND_FACTOR, "")),
        "recovery_email": "email" if Field.RECOVERY_EMAIL in said else None,
        "recovery_phone": "phone" if Field.RECOVERY_PHONE in said else None,
    }
    for channel, of_kind in kinds.items():
        if of_kind is not None:
            accounts.set_channel(tx, account, Channel(channel=channel, kind=of_kind))


def _link(tx: Tx, account: str, planned: Planned, row: PlannedRow) -> int:
    """Posts and grants of the people whom the row names and the register knows; how many are new."""
    posts = {Field.LINE_MANAGER: LINE_MANAGER, Field.ADMINISTRATOR: tx.vault.cover.administrator}
    made = 0
    for meant in PEOPLE:
        for person in planned.people.get(row.details.get(meant, ""), ()):
            post = posts.get(meant)
            made += _hold(tx, account, person) if post is None else _post(tx, account, person, post)
    return made


def _post(tx: Tx, account: str, person: str, post: str) -> bool:
    if tx.state.find("post", person=person, post=post, scope=account, until=None):
        return False
    tx.emit("post.given", person, post=post, scope=account, since=tx.today)
    return True


def _hold(tx: Tx, account: str, person: str) -> bool:
    """A fact that the file reports: it may be handed over from now on, and lacks an approval."""
    held = tx.state.find("grant_", account=account, person=person, kind="secret", revoked=None)
    closed = (tx.state.get("account", id=account) or {}).get("state") == "closed"
    if held or closed or CUSTODIAN not in tx.vault.roles():
        return False
    id_ = tx.new(Prefix.GRANT)
    tx.emit("grant.given", id_, account=account, person=person, kind="secret", since=tx.today, existing=True)
    share_live(tx, account, person)
    return True


def _deposit(tx: Tx, rows: Mapping[str, PlannedRow]) -> None:
    """Seal what the file brought: one HPKE seal for each recipient, however many accounts."""
    if not rows:
        return
    tx.commit_keys(sealing.recipients(tx, list(rows)))
    for account, row in rows.items():
        if row.handle is None:
            raise ValueError("a row with a secret has a handle")
        words = {**row.details, "name": row.handle.name, "key": row.handle.full_key}
        parts = parts_of(row.secrets)
        body = sealing.Body(card(row.handle.platform, words), parts)
        sealing.write_version(tx, account=account, body=body, parts=dict.fromkeys(parts, NEW), why="deposit")


def _imported(planned: Planned, linked: int) -> Imported:
    counts = planned.plan.counts
    return Imported(
        new=counts[Outcome.NEW],
        changed=counts[Outcome.CHANGED],
        unchanged=counts[Outcome.UNCHANGED],
        skipped=counts[Outcome.NOT_UNDERSTOOD] + counts[Outcome.DUPLICATE],
        deposits=len(planned.deposits),
        linked=linked,
        strangers=planned.strangers,
    )
