"""`keyholder device`: whose phones and machines, what lives on them, and what follows when one is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.opening import open_vault
from cli.options import DAY, MOMENT, App, group
from vault.domain.devices import KINDS, LOCK, OWNERSHIP, STATES

if TYPE_CHECKING:
    from datetime import date, datetime

    from vault.ops.devices import Device, Unregistered
    from vault.ops.loss import Loss
    from vault.ops.session import Vault

_F = TypeVar("_F", bound=Callable[..., object])
_AT = "When it happened; now, where it is not given."


@group("device")
def device() -> None:
    """Devices: whose, what is signed in there, which second factors live there; losses."""


def _facts(function: _F) -> _F:
    """The options that say what a device is."""
    for option in (
        click.option("--attested", type=DAY, metavar="DATE", help="When its screen lock was attested."),
        click.option("--screen-lock", type=click.Choice(LOCK), help="Whether its screen lock is always on."),
        click.option("--ownership", type=click.Choice(OWNERSHIP), help="The force's or a personal device."),
        click.option("--kind", type=click.Choice(KINDS), help="What it is."),
        click.option("--owner", metavar="PERSON", help="Whose it is: collar number, e-mail or name."),
    ):
        function = option(function)
    return function


@device.command(
    "add",
    example="keyholder device add 'Ada phone' --owner 1815 --kind phone --ownership force --screen-lock yes",
)
@click.argument("nickname")
@_facts
def add(app: App, *, nickname: str, attested: date | None, **given: str | None) -> None:
    """Put a device into the register."""
    from vault.ops import devices

    facts = _needed(given, "owner", "kind", "ownership")
    vault = open_vault(app)
    id_ = devices.add(
        vault,
        nickname=nickname,
        screen_lock=given["screen_lock"] or "unknown",
        attested_on=attested.isoformat() if attested else None,
        **facts,
    )
    app.context.changed = True
    app.out.record({"device": nickname, "id": id_})


def _needed(given: dict[str, str | None], *names: str) -> dict[str, str]:
    """The options without which a device is not described; the first missing one is named."""
    for name in names:
        if given[name] is None:
            raise click.UsageError(f"missing option '--{name}'")
    return {name: str(given[name]) for name in names}


@device.command("list", example="keyholder device list --state lost")
@click.option("--owner", metavar="PERSON", help="Only theirs.")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
def list_(app: App, *, owner: str | None, state: str | None) -> None:
    """Devices, by nickname."""
    from vault.ops import devices

    vault = open_vault(app)
    columns = ("nickname", "owner", "kind", "ownership", "screen lock", "attested", "state", "accounts", "id")
    found = devices.list_devices(vault, owner=owner, state=state)
    app.out.rows(columns, [_row(one) for one in found])


def _row(one: Device) -> tuple[object, ...]:
    owner = one.owner_name or one.owner
    return (
        one.nickname,
        owner,
        one.kind,
        one.ownership,
        one.screen_lock,
        one.attested_on,
        one.state,
        len(one.accounts),
        one.id,
    )


@device.command("show", example="keyholder device show 'Ada phone'")
@click.argument("device")
def show(app: App, *, device: str) -> None:
    """One device: accounts signed in on it, second factors that live on it, who was told of its loss."""
    from vault.ops import devices, loss

    vault = open_vault(app)
    one = devices.show(vault, device)
    told = loss.notices(vault.state, vault.profile, one.id)
    app.out.record(
        {
            "nickname": one.nickname,
            "id": one.id,
            "owner": one.owner_name or one.owner,
            "kind": one.kind,
            "ownership": one.ownership,
            "screen lock": one.screen_lock,
            "attested": one.attested_on,
            "state": one.state,
            "keyset": one.keyset,
            "accounts": one.accounts,
            "factors": [f"{account} {channel} ({kind})" for account, channel, kind in one.factors],
            "told": [f"{notice.recipient}: {notice.told_at or 'not yet'}" for notice in told],
        }
    )


@device.command(
    "change", example="keyholder device change 'Ada phone' --screen-lock yes --attested 21/11/2026"
)
@click.argument("device")
@_facts
@click.option("--nickname", help="A new nickname.")
@click.option("--signed-in", multiple=True, metavar="ACCOUNT", help="An account signed in on it; repeatable.")
@click.option("--signed-out", multiple=True, metavar="ACCOUNT", help="An account no longer signed in on it.")
def change(app: App, *, device: str, attested: date | None, **given: Any) -> None:
    """Change what is known of a device."""
    from vault.ops import devices

    vault = open_vault(app)
    devices.change(vault, device, attested_on=attested.isoformat() if attested else None, **given)
    app.context.changed = True
    app.out.note(f"{device}: changed")


@device.command("sign-in", example="keyholder device sign-in 'Ada phone' x/ExamplePolice")
@click.argument("device")
@click.argument("accounts", nargs=-1, required=True, metavar="ACCOUNT...")
def sign_in(app: App, *, device: str, accounts: tuple[str, ...]) -> None:
    """Record that accounts are signed in on a device."""
    from vault.ops import devices

    devices.change(open_vault(app), device, signed_in=accounts)
    app.context.changed = True
    app.out.note(f"{device}: {len(accounts)} signed in")


@device.command("sign-out", example="keyholder device sign-out 'Ada phone' x/ExamplePolice")
@click.argument("device")
@click.argument("accounts", nargs=-1, required=True, metavar="ACCOUNT...")
def sign_out(app: App, *, device: str, accounts: tuple[str, ...]) -> None:
    """Record that accounts are no longer signed in on a device."""
    from vault.ops import devices

    devices.change(open_vault(app), device, signed_out=accounts)
    app.context.changed = True
    app.out.note(f"{device}: {len(accounts)} signed out")


@device.command("own", example="keyholder device own 1815 no --on 21/11/2026")
@click.argument("person")
@click.argument("uses", type=click.Choice(("yes", "no")))
@click.option("--on", type=MOMENT, metavar="TIME", help=_AT)
def own(app: App, *, person: str, uses: str, on: datetime | None) -> None:
    """Record whether somebody uses a device of their own; "no" is an answer too."""
    from vault.ops import devices

    devices.answer(open_vault(app), person, uses=uses == "yes", at=_moment(on))
    app.context.changed = True
    app.out.note(f"{person}: recorded")


@device.command(
    "lost",
    example="keyholder device lost 'Ada phone' --on 'today 08:30' --reported-by 1815 --told-at 'today 09:10'",
)
@click.argument("device", required=False)
@click.option("--unregistered", metavar="NICKNAME", help="A device that is not in the register yet.")
@_facts
@click.option("--on", type=MOMENT, metavar="TIME", help=_AT)
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
    times = {"on": _moment(given["on"]), "told_at": _moment(given["told_at"])}
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

    return Unregistered(nickname=nickname, **_needed(given, "owner", "kind", "ownership"))


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
            f"keyholder device told {done.device} {notice.recipient}",
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
@click.option("--on", type=MOMENT, metavar="TIME", help=_AT)
def found(app: App, *, device: str, on: datetime | None) -> None:
    """Record that a lost device is back. What must be changed stays owed: nobody knows who had it."""
    from vault.ops import devices

    devices.end(open_vault(app), device, event="device.found", at=_moment(on))
    app.context.changed = True
    app.out.note(f"{device}: in use again; what the loss made due stays due")


@device.command("retire", example="keyholder device retire 'Ada phone'")
@click.argument("device")
@click.option("--on", type=MOMENT, metavar="TIME", help=_AT)
def retire(app: App, *, device: str, on: datetime | None) -> None:
    """Record that a device is used no more."""
    from vault.ops import devices

    devices.end(open_vault(app), device, event="device.retired", at=_moment(on))
    app.context.changed = True
    app.out.note(f"{device}: retired")


@device.command("told", example="keyholder device told 'Ada phone' ict --at 'today 09:30'")
@click.argument("device")
@click.argument("recipient")
@click.option("--at", type=MOMENT, metavar="TIME", help=_AT)
def told(app: App, *, device: str, recipient: str, at: datetime | None) -> None:
    """Record that somebody has been told of a loss."""
    from vault.ops import loss

    loss.tell(open_vault(app), device, recipient, at=_moment(at))
    app.context.changed = True
    app.out.note(f"{recipient}: told")


def _moment(at: datetime | None) -> str | None:
    from vault.ops.session import moment

    return moment(at) if at is not None else None
