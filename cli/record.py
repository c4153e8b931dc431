"""`keyholder record`: what stands beside an account, a person, a device, a grant, a request or the vault."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.evidence import evidence
from cli.opening import open_vault
from cli.options import DAY, DAY_AHEAD, MOMENT, App, group

if TYPE_CHECKING:
    from datetime import date, datetime

KINDS = ("account", "person", "device", "team", "request", "grant", "record")
REASONS = ("mistake", "false", "not-in-post", "superseded", "other")
_COLUMNS = (
    "entry",
    "id",
    "code",
    "about",
    "occurred_at",
    "person",
    "post",
    "until",
    "good",
    "state",
    "proof",
)
_ABOUT = click.option(
    "--about",
    type=(click.Choice(KINDS), str),
    metavar="KIND NAME",
    help="account, person, device, team, request, grant or record; without it, the vault as such.",
)


@group("record")
def record() -> None:
    """Training, acknowledgements, attestations, agreements, notices, incidents: on record, by whose statement."""


@record.command(
    "add",
    example="""
    keyholder record add training.masterclass --about person 2001 --by 2002 --post trainer --on 3/11/2026
    keyholder record add form.page --about account facebook/examplepolice
    keyholder record add app.scheduler --other --about account x/ExamplePolice --evidence @contract.pdf
    """,
)
@click.argument("code")
@_ABOUT
@click.option("--by", metavar="PERSON", help="Whose statement it is; yours, where it is not given.")
@click.option("--post", metavar="POST", help="The post in which they state it.")
@click.option("--on", type=MOMENT, metavar="DATE", help="When it happened; now, where it is not given.")
@click.option("--until", type=DAY_AHEAD, metavar="DATE", help="The last day on which it holds.")
@click.option("--edition", metavar="VERSION", help="The version of the document that it is of.")
@click.option("--platform", metavar="PLATFORM", help="The platform that it is of.")
@click.option("--not-so", is_flag=True, help="It was looked at, and it is not as it should be.")
@click.option("--evidence", "proof", metavar="TEXT|@FILE", help="What shows it; sealed, and kept with it.")
@click.option("--note", "text", metavar="TEXT", default="", help="Words beside it; sealed to the register.")
@click.option("--other", is_flag=True, help="A code, or a post, that no document in force names.")
def add(
    app: App,
    *,
    code: str,
    about: tuple[str, str] | None,
    by: str | None,
    post: str | None,
    on: datetime | None,
    until: date | None,
    edition: str | None,
    platform: str | None,
    not_so: bool,
    proof: str | None,
    text: str,
    other: bool,
) -> None:
    """Put a record on the register: CODE is a word of the policy, like training.masterclass.

    Says what the clauses that name it still miss, of the same account, person or device.
    """
    from vault.ops import posts, records
    from vault.ops.platforms import platforms
    from vault.ops.session import moment

    vault = open_vault(app)
    if post:
        post = posts.code_of(post) if other else posts.named(vault, post)
    made = records.make(
        vault,
        code=code,
        about=about,
        person=by,
        post=post,
        at=moment(on) if on else None,
        until=until,
        version=edition,
        platform=platforms().named(platform).code if platform else None,
        good=not not_so,
        evidence=evidence(proof),
        text=text,
        other=other,
    )
    app.context.changed = True
    for one in made.missing:
        app.out.note(f"still missing: {one.text} [{one.clause}]")
    app.out.record({"record": made.id, "entry": made.entry, "code": code})


@record.command("list", example="keyholder record list --about account x/ExamplePolice")
@_ABOUT
@click.option("--code", metavar="CODE", help="Only records of that code.")
def list_(app: App, *, about: tuple[str, str] | None, code: str | None) -> None:
    """Records in the order of the log; those about something, where it is named."""
    from vault.ops import records

    found = records.list_records(open_vault(app), about=about, code=code)
    app.out.rows(_COLUMNS, [tuple(getattr(one, column) for column in _COLUMNS) for one in found])


@record.command("show", example="keyholder record show RECORD")
@click.argument("record")
def show(app: App, *, record: str) -> None:
    """One record, with its words where these keys can read them."""
    from vault.ops import records

    app.out.record(asdict(records.show(open_vault(app), record)))


@record.command("end", example="keyholder record end RECORD --on 3/11/2026")
@click.argument("record")
@click.option("--on", type=DAY, metavar="DATE", help="The day; today, where it is not given.")
def end(app: App, *, record: str, on: date | None) -> None:
    """It holds no more: an app was removed, an incident stood down, a mark taken away."""
    from vault.ops import records

    entry = records.end(open_vault(app), record, on=on)
    app.context.changed = True
    app.out.record({"record": record, "entry": entry})


@record.command("withdraw", example="keyholder record withdraw RECORD --reason mistake")
@click.argument("record")
@click.option("--reason", required=True, type=click.Choice(REASONS), help="What is wrong with it.")
def withdraw(app: App, *, record: str, reason: str) -> None:
    """It was wrong: it counts for nothing from now on, and stays to be seen."""
    from vault.ops import records

    entry = records.withdraw(open_vault(app), record, reason=reason.replace("-", "_"))
    app.context.changed = True
    app.out.record({"record": record, "entry": entry})
