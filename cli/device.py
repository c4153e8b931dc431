"""`keyholder device`: whose phones and machines, what lives on them, and what follows when one is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.opening import open_vault
from cli.options import DAY, MOMENT, App, group
from cli.when import stamp
from vault.domain.devices import KINDS, LOCK, OWNERSHIP, STATES

if TYPE_CHECKING:
    from datetime import date, datetime

    from vault.ops.devices import Device

_F = TypeVar("_F", bound=Callable[..., object])
AT = "When it happened; now, where it is not given."


@group("device")
def device() -> None:
    """Devices: whose, what is signed in there, which second factors live there; losses."""


def facts(function: _F) -> _F:
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
@facts
def add(app: App, *, nickname: str, attested: date | None, **given: str | None) -> None:
    """Put a device into the register."""
    from vault.ops import devices

    described = needed(given, "owner", "kind", "ownership")
    vault = open_vault(app)
    id_ = devices.add(
        vault,
        nickname=nickname,
        screen_lock=given["screen_lock"] or "unknown",
        attested_on=attested.isoformat() if attested else None,
        **described,
    )
    app.context.changed = True
    app.out.record({"device": nickname, "id": id_})


def needed(given: dict[str, str | None], *names: str) -> dict[str, str]:
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
    app.out.rows(columns, [_row(one) for one in found], spare=("attested", "accounts", "ownership"))


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
            "told": {notice.recipient: stamp(notice.told_at) or "not yet" for notice in told},
        }
    )


@device.command(
    "change", example="keyholder device change 'Ada phone' --screen-lock yes --attested 21/11/2026"
)
@click.argument("device")
@facts
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
@click.option("--on", type=MOMENT, metavar="TIME", help=AT)
def own(app: App, *, person: str, uses: str, on: datetime | None) -> None:
    """Record whether somebody uses a device of their own; "no" is an answer too."""
    from vault.ops import devices

    devices.answer(open_vault(app), person, uses=uses == "yes", at=moment_of(on))
    app.context.changed = True
    app.out.note(f"{person}: recorded")


def moment_of(at: datetime | None) -> str | None:
    from vault.ops.session import moment

    return moment(at) if at is not None else None


# The rest of the noun: what happens to a device, in a file of its own.
from cli import device_loss  # noqa: E402, F401 - it adds its verbs to the group above
