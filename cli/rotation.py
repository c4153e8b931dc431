"""`keyholder rotation`: what must be changed, and the steps of changing it."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import DAY_AHEAD, MOMENT, App, group, to_pipe
from cli.secret import PARTS, present, read_parts, sources
from cli.when import stamp
from vault.domain.rotation import DOORS

if TYPE_CHECKING:
    from datetime import date, datetime

    from vault.ops.obligations import Shown
    from vault.ops.rotation import Prepared, Progress

COLUMNS = (
    "account",
    "part",
    "class",
    "because",
    "since",
    "put off until",
    "rotation",
    "owner",
    "lease until",
    "doors left",
)
NEXT = {
    "prepared": "type the new password into the platform, then: keyholder rotation applied {0}; see it with: "
    "keyholder secret show {0} --version {1}",
    "applied": "sign in with the new one, then: keyholder rotation verify {0}",
    "unknown": "try the new one, then the old one (keyholder secret show {0}), then: keyholder rotation verify {0}, "
    "or keyholder rotation failed {0} --rejected",
    "verified": "shut the doors that are left: keyholder rotation verify {0} --done DOOR --absent DOOR",
}


@group("rotation")
def rotation() -> None:
    """What must be changed and why, and the way there: prepared, applied, verified, every door shut."""


@rotation.command("list", example="keyholder rotation list --mine")
@click.option("--all", "everything", is_flag=True, help="What was changed since, too.")
@click.option("--mine", is_flag=True, help="Only what you are rotating.")
@click.option("--account", metavar="ACCOUNT", help="Only this account.")
def list_(app: App, *, everything: bool, mine: bool, account: str | None) -> None:
    """What is owed, component by component, the most urgent first; and rotations under way."""
    from vault.ops import obligations

    vault = open_vault(app)
    id_ = vault.names.find("account", account) if account else None
    rows = []
    for one in obligations.owed(vault, account=id_, mine=mine, everything=everything):
        state = one.work.state if one.work else None
        work = (
            (one.work.owner, stamp(one.work.lease_until), list(one.work.doors_left))
            if one.work
            else (None, None, [])
        )
        state = f"changed (entry {one.discharged})" if one.discharged is not None else state
        grade = f"{one.grade} {obligations.GRADES[one.grade]}" if one.grade else None
        rows.append(
            (
                one.name,
                one.part or None,
                grade,
                list(one.because),
                one.since[:10],
                one.deferred_until,
                state,
                *work,
            )
        )
    app.out.rows(COLUMNS, rows)


@rotation.command("start", example="keyholder rotation start x/ExamplePolice facebook/examplecity --show")
@click.argument("accounts", nargs=-1)
@click.option("--all-owed", is_flag=True, help="Every account that owes a change and is not being rotated.")
@click.option("--because", metavar="CODE", help="A reason of your own, as a code such as routine.")
@click.option(
    "--part", "parts", type=click.Choice(PARTS), multiple=True, help="What to replace; else what is owed."
)
@click.option("--show", is_flag=True, help="Show the new passwords, once they are stored and read back.")
@to_pipe
def start(
    app: App,
    *,
    accounts: Sequence[str],
    all_owed: bool,
    because: str | None,
    parts: Sequence[str],
    show: bool,
    to_pipe: bool,
) -> None:
    """Prepare: make the new password, seal it, store it, read it back. Nothing is shown before that."""
    from vault.ops import rotation as work
    from vault.ops import secrets

    if show:
        app.terminal.ready_to_show(to_pipe=to_pipe)
    vault = open_vault(app)
    if bool(accounts) == all_owed:
        raise click.UsageError("name the accounts, or give --all-owed")
    chosen = (
        work.owed_accounts(vault) if all_owed else [vault.names.find("account", name) for name in accounts]
    )
    made = work.start(vault, list(dict.fromkeys(chosen)), parts=parts, because=because)
    app.context.changed = True
    _say_prepared(app, made, piped=show and to_pipe)
    for one in made if show else []:
        if one.number:
            present(app, secrets.reveal(vault, account=one.account, number=one.number), to_pipe=to_pipe)


def _say_prepared(app: App, made: Sequence[Prepared], *, piped: bool) -> None:
    """The table; not where stdout carries the secrets themselves."""
    columns = ("account", "rotation", "version", "replaces", "doors", "lease until")
    rows = [
        (m.name, m.rotation, m.number or None, list(m.replaces), list(m.doors), stamp(m.lease_until))
        for m in made
    ]
    if not piped:
        app.out.rows(columns, rows)
    if len(made) > 1:
        app.out.note("next: " + NEXT["prepared"].format("ACCOUNT", "VERSION") + ", for each of them")
    elif made:
        app.out.note("next: " + NEXT["prepared"].format(quote(made[0].name), made[0].number))


@rotation.command("show", example="keyholder rotation show x/ExamplePolice")
@click.argument("rotation")
def show(app: App, *, rotation: str) -> None:
    """One rotation, by its id or its account: where it stands, its doors, and what to do next."""
    from vault.ops import obligations
    from vault.ops import rotation as work

    vault = open_vault(app)
    found = obligations.show(vault, work.find(vault, rotation))
    app.out.record(_fields(found))
    if found.ended is None:
        app.out.note("next: " + NEXT[found.work.state].format(quote(found.name), found.number))


def _fields(found: Shown) -> dict[str, object]:
    return {
        "rotation": found.work.rotation,
        "account": found.name,
        "state": found.work.state,
        "new version": found.number if found.number != found.base else None,
        "old version": found.base or None,
        "started": f"entry {found.started}",
        "ended": f"entry {found.ended}" if found.ended is not None else None,
        "owner": found.work.owner,
        "lease until": stamp(found.work.lease_until),
        "doors left": list(found.work.doors_left) if found.ended is None else [],
        "doors shut": found.ticked,
        "still owed": list(found.owed),
    }


@rotation.command("applied", example="keyholder rotation applied x/ExamplePolice --totp prompt")
@click.argument("account")
@sources("totp", "backup_codes", "recovery")
@click.option("--on", "at", type=MOMENT, metavar="TIME", help="When; else now.")
def applied(app: App, *, account: str, at: datetime | None, **given: str | None) -> None:
    """The platform took it. What the platform made itself (TOTP seed, backup codes) is stored with it."""
    from vault.ops import rotation as work

    vault = open_vault(app)
    id_ = work.find(vault, account)["account"]
    _say(app, account, work.applied(vault, account=id_, new=read_parts(app, given), on=_moment(at)))


@rotation.command("failed", example="keyholder rotation failed x/ExamplePolice --unknown")
@click.argument("account")
@click.option("--rejected", "how", flag_value="rejected", help="The platform refused it: the old one stays.")
@click.option(
    "--unknown", "how", flag_value="unknown", help="Nobody knows: both are shown, and no third is made."
)
@click.option("--on", "at", type=MOMENT, metavar="TIME", help="When; else now.")
def failed(app: App, *, account: str, how: str | None, at: datetime | None) -> None:
    """The platform refused the new one, or its answer was lost."""
    from vault.ops import rotation as work

    if how is None:
        raise click.UsageError("say which: --rejected or --unknown")
    vault = open_vault(app)
    id_ = work.find(vault, account)["account"]
    _say(app, account, work.failed(vault, account=id_, unknown=how == "unknown", on=_moment(at)))


@rotation.command(
    "verify", example="keyholder rotation verify x/ExamplePolice --done sessions --absent app_passwords"
)
@click.argument("account")
@click.option("--done", type=click.Choice(DOORS), multiple=True, help="A door that was seen to.")
@click.option(
    "--absent", type=click.Choice(DOORS), multiple=True, help="A door that this account does not have."
)
@click.option("--on", "at", type=MOMENT, metavar="TIME", help="When; else now.")
def verify(
    app: App, *, account: str, done: Sequence[str], absent: Sequence[str], at: datetime | None
) -> None:
    """Somebody signed in with the new one; and which of the platform's other doors are shut."""
    from vault.ops import rotation as work

    vault = open_vault(app)
    id_ = work.find(vault, account)["account"]
    _say(app, account, work.verify(vault, account=id_, done=done, absent=absent, on=_moment(at)))


@rotation.command("take-over", example="keyholder rotation take-over x/ExamplePolice")
@click.argument("account")
def take_over(app: App, *, account: str) -> None:
    """Go on with a rotation whose owner's time is over, or renew your own."""
    from vault.ops import rotation as work

    vault = open_vault(app)
    id_ = work.find(vault, account)["account"]
    _say(app, account, work.take_over(vault, account=id_))


@rotation.command("abandon", example="keyholder rotation abandon x/ExamplePolice")
@click.argument("account")
def abandon(app: App, *, account: str) -> None:
    """Give up a prepared rotation that nobody typed into the platform."""
    from vault.ops import rotation as work

    vault = open_vault(app)
    id_ = work.find(vault, account)["account"]
    _say(app, account, work.abandon(vault, account=id_))


@rotation.command(
    "defer",
    example="keyholder rotation defer x/ExamplePolice --part password --until 2026-12-01 --by 1815 "
    "--post digital_media_lead",
)
@click.argument("account")
@click.option("--part", required=True, type=click.Choice(PARTS), help="Which component.")
@click.option("--until", required=True, type=DAY_AHEAD, metavar="DATE", help="Until when.")
@click.option("--by", required=True, metavar="PERSON", help="Who decided it.")
@click.option("--post", required=True, metavar="POST", help="The post in which they did.")
def defer(app: App, *, account: str, part: str, until: date, by: str, post: str) -> None:
    """Put a change off that nobody has seen the secret of (class 3). It stays listed."""
    from vault.ops import obligations

    vault = open_vault(app)
    find = vault.names.find
    id_, day = find("account", account), until.isoformat()
    obligations.defer(vault, account=id_, part=part, until=day, person=find("person", by), post=post)
    app.context.changed = True
    app.out.record({"account": account, "part": part, "put off until": until})


def _moment(at: datetime | None) -> str | None:
    from vault.ops.session import moment

    return moment(at) if at else None


def _say(app: App, account: str, progress: Progress) -> None:
    app.context.changed = True
    app.out.record(
        {
            "rotation": progress.rotation,
            "state": progress.state,
            "doors left": list(progress.doors_left),
            "still owed": list(progress.owed),
        }
    )
    if progress.state in NEXT:
        app.out.note("next: " + NEXT[progress.state].format(quote(account), progress.number))
