"""`keyholder claim`: reports by members without the right to make them facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import MOMENT, App, group
from cli.when import stamp

if TYPE_CHECKING:
    from datetime import datetime

KINDS = ("device-lost", "account-compromised", "other")
REASONS = ("duplicate", "already-known", "unfounded", "other")


@group("claim")
def claim() -> None:
    """Reports that custody or an administrator accepts or rejects."""


@claim.command(
    "file", example="keyholder claim file device-lost --describe 'the blue phone of PC Stone' --on yesterday"
)
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--device", help="The device: its nickname, or its id.")
@click.option(
    "--describe", metavar="TEXT", default="", help="What happened, in words; sealed to the register."
)
@click.option("--on", type=MOMENT, metavar="TIME", help="When it happened; now, where it is not given.")
def file(app: App, *, kind: str, device: str | None, describe: str, on: datetime | None) -> None:
    """Report something. You see the id of your claim; custody and administrators read its words."""
    from vault.ops import claims
    from vault.ops.session import moment

    at = moment(on) if on else None
    made = claims.file(open_vault(app), kind=kind.replace("-", "_"), device=device, text=describe, on=at)
    app.context.changed = True
    app.out.record({"claim": made.id, "entry": made.entry, "state": made.state})


@claim.command("list", example="keyholder claim list --all")
@click.option("--all", "every", is_flag=True, help="Those that are decided, too.")
def list_(app: App, *, every: bool) -> None:
    """Open claims; without a role in custody or administration only your own."""
    from vault.ops import claims

    columns = ("claim", "kind", "state", "by", "occurred", "device", "words", "entry")
    found = claims.list_claims(open_vault(app), every=every)
    app.out.rows(
        columns,
        [
            (
                one.id,
                one.kind,
                one.state,
                one.by_name or one.by,
                stamp(one.occurred_at),
                one.device,
                one.text,
                one.entry,
            )
            for one in found
        ],
    )


@claim.command("show", example="keyholder claim show clm-ab")
@click.argument("claim")
def show(app: App, *, claim: str) -> None:
    """One claim."""
    from vault.ops import claims

    one = claims.show(open_vault(app), claim)
    app.out.record(
        {
            "claim": one.id,
            "kind": one.kind,
            "state": one.state,
            "by": one.by_name or one.by,
            "occurred": stamp(one.occurred_at),
            "device": one.device,
            "words": one.text,
            "entry": one.entry,
        }
    )


@claim.command("accept", example="keyholder claim accept clm-ab --device 'Bob phone'")
@click.argument("claim")
@click.option("--device", help="Which device of the register it is, if the claim does not say.")
@click.option("--account", help="Which account it is, for a compromised one.")
@click.option("--keyset", is_flag=True, help="Revoke the keys on the lost device, too.")
def accept(app: App, *, claim: str, device: str | None, account: str | None, keyset: bool) -> None:
    """Make the claim a fact, with all that follows from it, in one transaction."""
    from cli.device_loss import tell_loss
    from vault.ops import claims

    vault = open_vault(app)
    done = claims.accept(vault, claim, device=device, account=account, keyset=keyset)
    app.context.changed = True
    app.out.note("accepted")
    if done is not None:
        tell_loss(app, vault, done)


@claim.command("reject", example="keyholder claim reject clm-ab --reason duplicate")
@click.argument("claim")
@click.option("--reason", type=click.Choice(REASONS), required=True, help="Why, as the log says it.")
@click.option("--note", default="", metavar="TEXT", help="More words, sealed beside the claim.")
def reject(app: App, *, claim: str, reason: str, note: str) -> None:
    """Decide that it is not a fact."""
    from vault.ops import claims

    claims.reject(open_vault(app), claim, reason=reason.replace("-", "_"), note=note)
    app.context.changed = True
    app.out.note("rejected")
