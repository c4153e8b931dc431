"""`keyholder account used|followed-up|ends`: how an account is used, what was done about its silence, when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.account import ENDINGS, account
from cli.opening import open_vault
from cli.options import DAY, DAY_AHEAD, App
from vault.errors import UsageProblem

if TYPE_CHECKING:
    from datetime import date

USES = ("post", "reply", "message", "reshare", "login", "automatic", "unknown", "never")
STEPS = ("guidance", "reminder", "contact", "mitigation", "exemption")
CHANNELS = ("email", "phone", "in_person", "letter", "message", "other")
_POST = click.option("--post", metavar="POST", help="The post that allowed it.")


@account.command("used", example="keyholder account used x/ExamplePolice 2026-11-20 --how post")
@click.argument("name", metavar="ACCOUNT")
@click.argument("day", type=DAY, metavar="DATE")
@click.option("--how", type=click.Choice(USES), default="unknown", help="What it was used for.")
@click.option("--by", metavar="PERSON", help="Whose statement this is; yours, where it is not given.")
@click.option(
    "--corrects", type=int, metavar="ENTRY", help="The entry with the wrong day, which counts no more."
)
def used(app: App, *, name: str, day: date, how: str, by: str | None, corrects: int | None) -> None:
    """Record when an account was used last, as somebody says. A feed that posts by itself is `automatic`.

    `--how never` says that it has not been used since it was given out.
    """
    from vault.ops import usage

    vault = open_vault(app)
    seq = usage.used(
        vault,
        account=vault.names.find("account", name),
        day=day,
        how=how,
        person=vault.names.find("person", by) if by else None,
        corrects=corrects,
    )
    app.context.changed = True
    app.out.record({"account": name, "last used": day, "how": how, "entry": seq})


@account.command(
    "followed-up",
    example="keyholder account followed-up x/ExamplePolice reminder --on 2026-11-20 --via email",
)
@click.argument("name", metavar="ACCOUNT")
@click.argument("step", type=click.Choice(STEPS))
@click.option(
    "--on", type=DAY, metavar="DATE", help="The day on which it was sent or decided; today, if not given."
)
@click.option("--via", type=click.Choice(CHANNELS), help="How it was sent.")
@click.option(
    "--until", type=DAY_AHEAD, metavar="DATE", help="How long a mitigation or an exemption is accepted."
)
@_POST
@click.option("--by", metavar="PERSON", help="Who did or allowed it.")
def followed_up(
    app: App,
    *,
    name: str,
    step: str,
    on: date | None,
    via: str | None,
    until: date | None,
    post: str | None,
    by: str | None,
) -> None:
    """Record what was done about an account's silence; a closing is counted from the reminder that was *sent*."""
    from cli.when import parse_day
    from vault.ops import usage

    vault = open_vault(app)
    day = on or parse_day("today", now=app.clock())
    seq = usage.followed_up(
        vault,
        account=vault.names.find("account", name),
        step=step,
        day=day,
        via=via,
        until=until,
        post=post,
        person=vault.names.find("person", by) if by else None,
    )
    app.context.changed = True
    app.out.record({"account": name, "step": step, "on": day, "until": until, "entry": seq})


@account.command("ends", example="keyholder account ends x/ExampleFair --on 2026-12-24")
@click.argument("name", metavar="ACCOUNT")
@click.option("--on", type=DAY_AHEAD, metavar="DATE", help="The day on which it ends.")
@click.option(
    "--upon", type=click.Choice(ENDINGS), help="The event that ends it; again, to say it is still awaited."
)
@click.option("--reached", is_flag=True, help="The event has come.")
@click.option("--permanent", is_flag=True, help="It ends no more.")
@_POST
@click.option("--by", metavar="PERSON", help="Who held that post and allowed it.")
def ends(
    app: App,
    *,
    name: str,
    on: date | None,
    upon: str | None,
    reached: bool,
    permanent: bool,
    post: str | None,
    by: str | None,
) -> None:
    """Say when a temporary account ends. A later end, or none, needs the leave of a post."""
    from vault.ops import usage

    said = {"date": on, "event": upon, "reached": reached, "permanent": permanent}
    hows = [how for how, value in said.items() if value]
    if len(hows) != 1:
        raise UsageProblem("say one of --on, --upon, --reached and --permanent")
    vault = open_vault(app)
    usage.ends(
        vault,
        account=vault.names.find("account", name),
        how=hows[0],
        day=on,
        ending=upon,
        post=post,
        person=vault.names.find("person", by) if by else None,
    )
    app.context.changed = True
    app.out.note(f"{name}: recorded")
