"""`keyholder grant`: who may open an account, and by which way."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from cli.account import shortfalls
from cli.opening import open_vault
from cli.options import DAY, App, group
from cli.words import counted

if TYPE_CHECKING:
    from datetime import date

KINDS = ("secret", "platform-role", "tool-seat")
REASONS = ("no_longer_needed", "moved", "left_team", "security", "account_closed", "mistake", "other")
ROLES = ("owner", "admin", "manager", "editor", "moderator", "advertiser", "analyst", "member", "other")


@group("grant")
def grant() -> None:
    """Access of a person to an account: by its secret, by a platform role, by a seat in a tool."""


@grant.command(
    "give",
    example="""
    keyholder grant give x/ExamplePolice 2001 --as secret
    keyholder grant give facebook/examplepolice 2002 --as platform-role --role editor --existing --since 2024-05-01
    """,
)
@click.argument("account")
@click.argument("person")
@click.option(
    "--as", "kind", type=click.Choice(KINDS), default="secret", show_default=True, help="The way of access."
)
@click.option(
    "--role", type=click.Choice(ROLES), help="The role that they have on the platform or in the tool."
)
@click.option("--existing", is_flag=True, help="They have it already: a fact, never refused, and a finding.")
@click.option(
    "--request", metavar="REQUEST", help="The approved request; found by itself where there is one."
)
@click.option("--since", type=DAY, metavar="DATE", help="Since when; today, where it is not given.")
def give(
    app: App, *, account: str, person: str, kind: str, request: str | None, since: date | None, **given: Any
) -> None:
    """Give access that was approved. What the policy forbids is refused with its clause, on the record."""
    from vault.ops import grants

    vault = open_vault(app)
    done = grants.give(
        vault,
        account=vault.names.find("account", account),
        person=vault.names.find("person", person),
        kind=kind.replace("-", "_"),
        request=vault.names.find("request", request) if request else None,
        since=since.isoformat() if since else None,
        **given,
    )
    app.context.changed = True
    shortfalls(app, done.findings)
    app.out.record({"id": done.id, "versions_shared": done.shared})


@grant.command("revoke", example="keyholder grant revoke x/ExamplePolice 2001 --reason moved")
@click.argument("account")
@click.argument("person")
@click.option("--as", "kind", type=click.Choice(KINDS), help="Only this way of access; else all.")
@click.option(
    "--reason", type=click.Choice(REASONS), default="no_longer_needed", show_default=True, help="Why."
)
def revoke(app: App, *, account: str, person: str, kind: str | None, reason: str) -> None:
    """End access, and say what must be changed now because of it."""
    from vault.ops import grants, obligations

    vault = open_vault(app)
    owed = grants.revoke(
        vault,
        account=vault.names.find("account", account),
        person=vault.names.find("person", person),
        kind=kind.replace("-", "_") if kind else None,
        reason=reason,
    )
    app.context.changed = True
    app.out.note(f"{account}: revoked; {counted(len(owed), 'component')} to be changed")
    if owed:
        app.out.note(f"next: keyholder rotation start {quote(account)}")
    rows = [(account, one.part.replace("_", " "), one.grade, obligations.GRADES[one.grade]) for one in owed]
    app.out.rows(("account", "component", "class", "because it"), rows)


@grant.command("list", example="keyholder grant list --account x/ExamplePolice")
@click.option("--account", metavar="ACCOUNT", help="Only who holds this account.")
@click.option("--person", metavar="PERSON", help="Only what this person holds.")
@click.option("--ended", is_flag=True, help="Revoked ones too.")
def list_(app: App, *, account: str | None, person: str | None, ended: bool) -> None:
    """Who holds what, since when, and on which basis."""
    from vault.ops import grants

    vault = open_vault(app)
    found = grants.list_grants(
        vault,
        vault.state,
        account=vault.names.find("account", account) if account else None,
        person=vault.names.find("person", person) if person else None,
        ended=ended,
    )
    columns = ("account", "person", "kind", "role", "since", "until", "basis", "id")
    app.out.rows(columns, [[getattr(line, column) for column in columns] for line in found])
