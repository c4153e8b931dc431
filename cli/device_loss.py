"""`keyholder device`: what happens to one: lost, found, retired; and who has been told."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from cli.device import AT, device, facts, moment_of, needed
from cli.opening import open_vault
from cli.options import MOMENT, App

if TYPE_CHECKING:
    from datetime import datetime

    from vault.ops.devices import Unregistered
    from vault.ops.loss import Loss
    from vault.ops.session import Vault


@device.command(
    "lost",
    example="keyholder device lost 'Ada phone' --on 'today 08:30' --reported-by 1815 --told-at 'today 09:10'",
)
@click.argument("device", required=False)
@click.option("--unregistered", metavar="NICKNAME", help="A device that is not in the register yet.")
@facts
@click.option("--on", type=MOMENT, metavar="TIME", help=AT)
@click.option("--reported-by", metavar="PERSON", help="Who said so, if not you.")
@click.option("--told-at", type=MOMENT, metavar="TIME", help="When you were told.")
@click.option("--keyset/--no-keyset", default=None, help="Revoke the keys on it, or leave them in force.")
@click.option("--yes", is_flag=True, help="Do not ask whether this is the device.")
def lost(app: App, *, device: str | None, unregistered: str | None, yes: bool, **given: Any) -> None:
    """Record a loss: who must be told in which order, and what must be changed, in one transaction.

    By a custodian, an administrator or the device's owner it is a fact; by anybody else it becomes a claim.
    """
    from vault.ops import devices
    from vault.ops.claims import Claim

    if (device is None) == (unregistered is None):
        raise click.UsageError("give the device, or --unregistered NICKNAME")
    vault = open_vault(app)
    which = device or _unregistered(str(unregistered), given)
    keyset = _asked(app, vault, which, yes=yes, keyset=given["keyset"])
    times = {"on": moment_of(given["on"]), "told_at": moment_of(given["told_at"])}
    done = devices.lose(vault, which, reported_by=given["reported_by"], keyset=keyset, **times)
    app.context.changed = True
    if isinstance(done, Claim):
        app.out.note(
            "your word alone does not make it a fact: a custodian or administrator decides the claim"
        )
        app.out.record({"claim": done.id, "next": "tell the Digital Media Team by telephone, too"})
    else:
        tell_loss(app, vault, done)


def _unregistered(nickname: str, given: dict[str, Any]) -> Unregistered:
    from vault.ops.devices import Unregistered

    return Unregistered(nickname=nickname, **needed(given, "owner", "kind", "ownership"))


def _asked(app: App, vault: Vault, which: str | Unregistered, *, yes: bool, keyset: bool | None) -> bool:
    """Is this the device, and are the keys on it to be revoked? Asked before anything is written."""
    from vault.errors import UsageProblem
    from vault.ops import devices

    if not isinstance(which, str):
        return False
    found = devices.lookup(vault, which)
    shown = f"{found.nickname or which} of {found.owner_name or 'its owner'} ({found.kind})"
    if not yes and not app.terminal.confirm(f"{shown} is lost?"):
        raise UsageProblem("the loss was not confirmed", hint="nothing was recorded")
    if keyset is None and found.keyset:
        words = f"{shown} carries keys of this vault; revoke them?"
        return app.terminal.confirm(words, option="--keyset or --no-keyset")
    return bool(keyset)


def tell_loss(app: App, vault: Vault, done: Loss) -> None:
    """Who must be told, in order; what must be changed; what to do next."""
    from vault.ops.findings import subject_names

    names = subject_names(
        vault, [done.device, *(row["account"] for row in done.obligations), *done.bare_accounts]
    )
    columns = ("step", "what", "who or which", "clause", "next")
    app.out.rows(columns, [*_told(done), *_owed(done, names)])
    if done.keyset_revoked:
        app.out.note(f"the keys on it are revoked ({done.keyset_revoked})")
    if done.keyset_kept:
        app.out.note(f"the keys on it stay in force: {done.keyset_kept}")
    for team in done.epochs_due:
        app.out.note(f"the {team} team needs new keys: any command that writes, by a member of that team")
    for account in done.bare_accounts:
        app.out.note(
            f"{names.get(account, account)} was on it and nothing is stored of it: change it there, then secret set"
        )


def _told(done: Loss) -> list[tuple[object, ...]]:
    return [
        (
            notice.step,
            "tell",
            notice.recipient,
            f"{notice.clause} (beyond it)" if notice.beyond_clause else notice.clause,
            f"keyholder device told {done.device} {quote(notice.recipient)}",
        )
        for notice in done.notices
    ]


def _owed(done: Loss, names: dict[str, str]) -> list[tuple[object, ...]]:
    """The rotation waits for no notice: its rows have no step."""
    rows = sorted(done.obligations, key=lambda row: (row["class"], row["account"], row["part"]))
    return [
        (
            None,
            f"change (class {row['class']})",
            f"{row['part']} of {names.get(row['account'], row['account'])}",
            "",
            f"keyholder rotation start {row['account']}",
        )
        for row in rows
    ]


@device.command("found", example="keyholder device found 'Ada phone'")
@click.argument("device")
@click.option("--on", type=MOMENT, metavar="TIME", help=AT)
def found(app: App, *, device: str, on: datetime | None) -> None:
    """Record that a lost device is back. What must be changed stays owed: nobody knows who had it."""
    from vault.ops import devices

    devices.end(open_vault(app), device, event="device.found", at=moment_of(on))
    app.context.changed = True
    app.out.note(f"{device}: in use again; what the loss made due stays due")


@device.command("retire", example="keyholder device retire 'Ada phone'")
@click.argument("device")
@click.option("--on", type=MOMENT, metavar="TIME", help=AT)
def retire(app: App, *, device: str, on: datetime | None) -> None:
    """Record that a device is used no more."""
    from vault.ops import devices

    devices.end(open_vault(app), device, event="device.retired", at=moment_of(on))
    app.context.changed = True
    app.out.note(f"{device}: retired")


@device.command("told", example="keyholder device told 'Ada phone' ict --at 'today 09:30'")
@click.argument("device")
@click.argument("recipient")
@click.option("--at", type=MOMENT, metavar="TIME", help=AT)
def told(app: App, *, device: str, recipient: str, at: datetime | None) -> None:
    """Record that somebody has been told of a loss."""
    from vault.ops import loss

    loss.tell(open_vault(app), device, recipient, at=moment_of(at))
    app.context.changed = True
    app.out.note(f"{recipient}: told")
