"""`keyholder post`: posts that people hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import DAY, App, group

if TYPE_CHECKING:
    from datetime import date

    from vault.ops.posts import PostChange
    from vault.ops.session import Vault

_FOR = "The account (platform/handle) or team that it is for; without it, everything."


@group("post")
def post() -> None:
    """Posts: line manager, Head of Department, account administrator of …; facts with a date."""


@post.command(
    "give", example="keyholder post give 2001 account_administrator --for x/ExamplePolice --since 1/9/2026"
)
@click.argument("person")
@click.argument("post")
@click.option("--for", "scope", metavar="ACCOUNT|TEAM", help=_FOR)
@click.option("--since", type=DAY, metavar="DATE", help="From which day; today, where it is not given.")
def give(app: App, *, person: str, post: str, scope: str | None, since: date | None) -> None:
    """Record that somebody holds a post, from a day on that may be past."""
    from vault.ops import posts

    vault = open_vault(app)
    _said(app, vault, posts.give(vault, person=person, post=post, scope=scope, since=since), "since")


@post.command("end", example="keyholder post end 2001 account_administrator --for x/ExamplePolice")
@click.argument("person")
@click.argument("post")
@click.option("--for", "scope", metavar="ACCOUNT|TEAM", help=_FOR)
@click.option("--until", type=DAY, metavar="DATE", help="The day; today, where it is not given.")
def end(app: App, *, person: str, post: str, scope: str | None, until: date | None) -> None:
    """Record that somebody holds a post no more."""
    from vault.ops import posts

    vault = open_vault(app)
    _said(app, vault, posts.end(vault, person=person, post=post, scope=scope, until=until), "until")


def _said(app: App, vault: Vault, done: PostChange, day: str) -> None:
    from vault.ops.people import scope_name

    person = vault.names.shown("person", done.person)
    app.out.record({"person": person, "post": done.post, "for": scope_name(vault, done.scope), day: done.day})
    if not done.is_known:
        app.out.note(f"the policy names no post {done.post}; it names {', '.join(done.known)}")
