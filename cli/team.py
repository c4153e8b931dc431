"""`keyholder team`: owning teams, and the keys of the two key teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import DAY, App, group
from cli.words import counted

if TYPE_CHECKING:
    from datetime import date

    from vault.ops.epochs import Skipped
    from vault.ops.session import Vault
    from vault.ops.teams import Membership


@group("team")
def team() -> None:
    """Owning teams: who belongs to them is the reason why their accounts' passwords change."""


@team.command("add", example="keyholder team add 'Digital Media' --kind department")
@click.argument("name")
@click.option(
    "--kind", default="team", show_default=True, help="A code: team, department, district, specialist_area."
)
def add(app: App, *, name: str, kind: str) -> None:
    """Make an owning team known."""
    from vault.ops import teams

    app.out.record({"team": name, "id": teams.add(open_vault(app), name=name, kind=kind)})


@team.command("list", example="keyholder team list")
def list_(app: App) -> None:
    """Every owning team, with the number of its people and accounts."""
    from vault.ops import teams

    vault = open_vault(app)
    found = teams.list_teams(vault)
    rows = [(t.name, t.kind, len(t.members), len(t.accounts), t.id) for t in found]
    app.out.rows(["name", "kind", "people", "accounts", "id"], rows)


@team.command("show", example="keyholder team show 'Digital Media'")
@click.argument("team")
def show(app: App, *, team: str) -> None:
    """One team: who belongs to it, which accounts it owns."""
    from vault.ops import teams

    vault = open_vault(app)
    found = teams.show_team(vault, team=team)
    people = [f"{member.name} (since {member.since})" for member in found.members]
    fields = {"id": found.id, "name": found.name, "kind": found.kind}
    app.out.record({**fields, "people": people, "accounts": list(found.accounts)})


@team.command("join", example="keyholder team join 'Digital Media' 2001 --since 1/9/2026")
@click.argument("team")
@click.argument("person")
@click.option("--since", type=DAY, metavar="DATE", help="From which day; today, where it is not given.")
def join(app: App, *, team: str, person: str, since: date | None) -> None:
    """Record that somebody belongs to a team; what must be changed because of it is said."""
    from vault.ops import teams

    vault = open_vault(app)
    _said(app, vault, teams.join(vault, team=team, person=person, since=since), "since")


@team.command("leave", example="keyholder team leave 'Digital Media' 2001")
@click.argument("team")
@click.argument("person")
@click.option("--until", type=DAY, metavar="DATE", help="The day; today, where it is not given.")
def leave(app: App, *, team: str, person: str, until: date | None) -> None:
    """Record that somebody belongs to a team no more; what must be changed because of it is said."""
    from vault.ops import teams

    vault = open_vault(app)
    _said(app, vault, teams.leave(vault, team=team, person=person, until=until), "until")


def _said(app: App, vault: Vault, done: Membership, day: str) -> None:
    team, person = vault.names.shown("team", done.team), vault.names.shown("person", done.person)
    app.out.record({"team": team, "person": person, day: done.day, "to change": done.owed})
    if done.owed:
        parts = counted(done.owed, "component")
        app.out.note(f"{parts} must be changed ({done.clause}): keyholder rotation list")


@team.command("renew", example="keyholder team renew")
@click.option(
    "--skip",
    type=click.Choice(["register", "custody"]),
    help="Leave out this team's newest keys, which do not open: follow the last that do.",
)
def renew(app: App, *, skip: str | None) -> None:
    """Start the keys of the register and custody teams where they are due, and seal what holders are owed.

    With --skip, for a team that cannot write because somebody sealed its newest keys wrongly to you. What was sealed
    to them meanwhile opens for nobody who comes later: accounts are owed, and everybody sees who made them.
    """
    from cli.once import due_notes
    from vault.ops import epochs

    vault = open_vault(app)
    if skip is not None:
        _show_skipped(app, vault, epochs.skip(vault, skip))
    due, shared = epochs.renew(vault)
    app.out.record({"teams still due": list(due), "accounts sealed to holders": shared})
    due_notes(app, vault, due)


def _show_skipped(app: App, vault: Vault, done: Skipped) -> None:
    """Which keys were left out and whose they were, and what is lost with them."""
    for number, author in done.left_out:
        who = vault.names.shown("person", author) if author.startswith("per-") else author
        app.out.note(f"epoch {number} of {done.team}, started by {who}, is left out: it did not open for you")
    app.out.note(f"the new keys follow epoch {done.follows}: what was sealed up to it opens as before")
    for account in done.accounts:
        app.out.note(
            f"{vault.names.shown('account', account)} must be changed: its password was sealed to what is left out"
        )
    for id_ in done.descriptions:
        app.out.note(f"the description of {id_} does not open: whoever reads it describes it again")
