"""`keyholder account request|approve|refuse|open|requests`: the way to a new account, or to access to one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.account import account, added, end_options, fact_options, facts, shortfalls
from cli.opening import open_vault
from cli.options import MOMENT, App
from vault.errors import UsageProblem

if TYPE_CHECKING:
    from datetime import datetime

    from vault.ops.approvals import Decided

KINDS = ("secret", "platform-role", "tool-seat")
_POST = "The post held by who decides: line_manager, head_of_department, digital_media_lead …"
_BY = "Who decided; you, where it is not given. Somebody without keys is recorded by whoever saw it."
_FIELD = "What else the document asks for: TEXT, @FILE, or - for stdin; sealed. Repeatable."
_EVIDENCE = "What you saw: words, or @FILE (a saved e-mail). Sealed to the register."


@account.command(
    "request",
    example="""
    keyholder account request x/ExampleRural --owner-kind team --by 2001 --aims 'rural crime' --purpose 'appeals'
    keyholder account request x/ExamplePolice --access-for 2002 --by 2001 --aims 'cover' --purpose 'night shift'
    keyholder account request x/ExampleDogs --owner-kind team --by 2001 --purpose 'appeals' --field benefit=@case.txt
    """,
)
@click.argument("name", metavar="PLATFORM/HANDLE")
@click.option("--by", "requester", metavar="PERSON", required=True, help="Who asks.")
@click.option("--aims", default="", metavar="TEXT", help="Aims and objectives, in outline.")
@click.option("--purpose", default="", metavar="TEXT", help="What it is for.")
@click.option("--field", "fields", multiple=True, metavar="NAME=TEXT", help=_FIELD)
@click.option("--owner-kind", metavar="KIND", help="For a new account: department, team, district …")
@click.option("--team", metavar="TEAM", help="For a new account: the team that is to own it.")
@click.option("--access-for", metavar="PERSON", help="For an account that exists: who is to have access.")
@click.option("--as", "kind", type=click.Choice(KINDS), default="secret", help="The way of access.")
def request(
    app: App, *, name: str, requester: str, access_for: str | None, fields: tuple[str, ...], **given: Any
) -> None:
    """Ask for a new account, or with --access-for for access to one. What is missing is said, not refused."""
    from vault.ops import requests

    answers = _answers(fields)
    vault = open_vault(app)
    find, kind, owner, team = vault.names.find, given.pop("kind"), given.pop("owner_kind"), given.pop("team")
    who = find("person", requester)
    if access_for is not None:
        if owner or team:
            raise UsageProblem(
                "--access-for is about an account that exists: its owner is known",
                hint="leave out --owner-kind and --team",
            )
        wanted = {"account": find("account", name), "person": find("person", access_for)}
        done = requests.request_access(
            vault, requester=who, kind=kind.replace("-", "_"), fields=answers, **wanted, **given
        )
    else:
        if owner is None:
            raise UsageProblem("--owner-kind is needed: who is to own it", hint="or --access-for PERSON")
        team = find("team", team) if team else None
        done = requests.request_account(
            vault, name=name, owner_kind=owner, requester=who, team=team, fields=answers, **given
        )
    added(app, done)


def _answers(given: tuple[str, ...]) -> dict[str, str]:
    """NAME=TEXT, NAME=@FILE, NAME=- (stdin): what the document asks a request to say."""
    from cli.evidence import MAX_BYTES, read_file

    found: dict[str, str] = {}
    for item in given:
        name, equals, text = item.partition("=")
        code = name.strip().lower().replace("-", "_")
        if not code or not equals or code in found:
            raise UsageProblem("--field is written NAME=TEXT, each name once", hint=_FIELD)
        if text == "-":
            text = sys.stdin.read(MAX_BYTES)
        elif text.startswith("@"):
            text = read_file(Path(text[1:]), limit=MAX_BYTES).decode(errors="replace")
        found[code] = text.strip()
    return found


def _decide(
    app: App, name: str, *, post: str, by: str | None, on: datetime | None, evidence: str | None, **more: Any
) -> None:
    from cli.evidence import evidence as read
    from vault.ops import approvals
    from vault.ops.posts import named
    from vault.ops.session import moment

    vault = open_vault(app)
    done = approvals.decide(
        vault,
        post=named(vault, post),
        request=vault.names.find("request", name),
        person=vault.names.find("person", by) if by else None,
        evidence=read(evidence),
        at=moment(on) if on else None,
        **more,
    )
    app.context.changed = True
    _say(app, done)


def _say(app: App, done: Decided) -> None:
    if not done.counts:
        app.out.note(f"recorded, but it does not count: {done.why_not}")
    shortfalls(app, done.findings)
    app.out.record(
        {"counts": done.counts, "evidence": done.evidence, "next": done.next_posts, "complete": done.complete}
    )


@account.command(
    "approve", example="keyholder account approve req-abcd --post line_manager --by 2001 --evidence @mail.eml"
)
@click.argument("name", metavar="REQUEST")
@click.option("--post", required=True, metavar="POST", help=_POST)
@click.option("--by", metavar="PERSON", help=_BY)
@click.option("--evidence", metavar="TEXT|@FILE", help=_EVIDENCE)
@click.option("--on", type=MOMENT, metavar="DATE", help="When it was decided; now, where it is not given.")
def approve(app: App, *, name: str, **given: Any) -> None:
    """Record an approval. With its giver's own keys it is proven by the log, else it is a statement."""
    _decide(app, name, **given)


@account.command("refuse", example="keyholder account refuse req-abcd --post digital_media_lead")
@click.argument("name", metavar="REQUEST")
@click.option("--post", required=True, metavar="POST", help=_POST)
@click.option("--by", metavar="PERSON", help=_BY)
@click.option("--evidence", metavar="TEXT|@FILE", help=_EVIDENCE)
@click.option("--on", type=MOMENT, metavar="DATE", help="When it was decided; now, where it is not given.")
def refuse(app: App, *, name: str, **given: Any) -> None:
    """Record a refusal. By the holder of a post that is asked, it ends the request."""
    _decide(app, name, given=False, **given)


@account.command("open", example="keyholder account open req-abcd --force FORCE --type local")
@click.argument("name", metavar="REQUEST")
@fact_options
@end_options
def open_(app: App, *, name: str, **given: Any) -> None:
    """Open the account that was asked for, if all approvals are there. A refusal names its clause, on the record."""
    from vault.ops import requests

    if given["owner_kind"] is not None or given["team"] is not None:
        raise UsageProblem("owner and team are those that were approved", hint="ask for another one anew")
    vault = open_vault(app)
    request = vault.names.find("request", name)
    added(app, requests.open_account(vault, request=request, facts=facts(vault, **given)))


@account.command("requests", example="keyholder account requests", looks_back=True)
def requests_(app: App) -> None:
    """Every request: who asks for what, who has approved by which evidence, and who is next."""
    from vault.ops import requests

    vault = open_vault(app)
    found = requests.list_requests(vault, vault.state)
    columns = ("id", "name", "kind", "owner_kind", "requester", "person", "state", "approvals", "not_counted")
    rows = [[getattr(line, column) for column in columns] for line in found]
    app.out.rows([column.replace("_", " ") for column in columns], rows)
