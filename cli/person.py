"""`keyholder person`: people known to the vault, and members."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import MOMENT, App, group, plan
from cli.when import stamp
from vault.domain.erasure import BASES
from vault.domain.events import ROLES
from vault.errors import UsageProblem

if TYPE_CHECKING:
    from datetime import datetime

    from vault.ops.erasure import Erasing, Words
    from vault.ops.leaving import Leaving
    from vault.ops.people import Changed, Person
    from vault.ops.session import Vault


@group("person")
def person() -> None:
    """People: known to the vault, members with keys, leavers."""


@person.command(
    "add", example="keyholder person add --name 'Bob Stone' --collar 2001 --email bob@police.example"
)
@click.option("--name", required=True, help="The person's name.")
@click.option("--collar", default="", help="Their collar number.")
@click.option("--email", default="", help="Their e-mail address.")
def add(app: App, *, name: str, collar: str, email: str) -> None:
    """Make a person known to the vault. Most people need no more: a custodian acts for them."""
    from vault.ops import people

    id_ = people.add(open_vault(app), name=name, collar=collar, email=email)
    app.out.record({"person": name, "id": id_})


@person.command("list", example="keyholder person list --all --as-of 1/9/2026")
@click.option("--all", "everybody", is_flag=True, help="Leavers too.")
def list_(app: App, *, everybody: bool) -> None:
    """Everybody, by name."""
    from vault.ops import people

    vault = open_vault(app)
    found = people.list_people(vault, everybody=everybody)
    rows = [(p.name, p.collar, p.email, p.state, list(p.roles), len(p.keysets), p.id) for p in found]
    app.out.rows(["name", "collar", "email", "state", "roles", "keys", "id"], rows)


@person.command("show", example="keyholder person show 2001")
@click.argument("person")
def show(app: App, *, person: str) -> None:
    """One person: roles, keys, posts, teams."""
    from vault.ops import people

    vault = open_vault(app)
    app.out.record(_fields(people.show_person(vault, person=person)))


def _fields(found: Person) -> dict[str, object]:
    posts = [" ".join(filter(None, (p.post, p.scope_name, f"since {p.since}"))) for p in found.posts]
    return {
        "id": found.id,
        "name": found.name,
        "collar": found.collar,
        "email": found.email,
        "state": found.state,
        "left": stamp(found.left_at),
        "roles": list(found.roles),
        "keysets": list(found.keysets),
        "posts": posts,
        "teams": list(found.teams),
    }


@person.command("change", example="keyholder person change 2001 --email bob.stone@police.example")
@click.argument("person")
@click.option("--name", help="Another name.")
@click.option("--collar", help="Another collar number; empty: none.")
@click.option("--email", help="Another e-mail address; empty: none.")
def change(app: App, *, person: str, **new: str | None) -> None:
    """Describe somebody anew."""
    from vault.ops import people

    vault = open_vault(app)
    id_ = people.change(vault, person=person, **new)
    app.out.record({"person": vault.names.shown("person", id_), "id": id_})


@person.command("pause", example="keyholder person pause 2001 --on yesterday")
@click.argument("person")
@click.option("--on", type=MOMENT, metavar="TIME", help="Since when; now, where it is not given.")
def pause(app: App, *, person: str, on: datetime | None) -> None:
    """Suspend somebody: no role of theirs acts, nothing new is sealed to them."""
    from vault.ops import people

    vault = open_vault(app)
    _said(app, vault, people.pause(vault, person=person, on=on))


@person.command("resume", example="keyholder person resume 2001")
@click.argument("person")
@click.option("--on", type=MOMENT, metavar="TIME", help="Since when; now, where it is not given.")
def resume(app: App, *, person: str, on: datetime | None) -> None:
    """Take somebody back as they were."""
    from vault.ops import people

    vault = open_vault(app)
    _said(app, vault, people.resume(vault, person=person, on=on))


@person.command("role", example="keyholder person role 2001 give custodian")
@click.argument("person")
@click.argument("verb", type=click.Choice(["give", "end"]))
@click.argument("role", type=click.Choice(ROLES))
def role(app: App, *, person: str, verb: str, role: str) -> None:
    """Give or end a role of somebody. That of administrator waits for a second administrator where there is one."""
    from vault.ops import people

    vault = open_vault(app)
    act = people.give_role if verb == "give" else people.end_role
    _said(app, vault, act(vault, person=person, role=role))


def _said(app: App, vault: Vault, done: Changed) -> None:
    from cli.once import due_notes

    app.out.record({"person": vault.names.shown("person", done.person), "waits for": done.pending})
    if done.pending is not None:
        app.out.note(f"it waits: another administrator runs `keyholder confirm {done.pending}`")
    if done.not_shared:
        app.out.note(
            f"{done.not_shared} accounts wait to be sealed to them: a custodian runs `keyholder team renew`"
        )
    due_notes(app, vault, done.teams_due)


@person.command("rekey", example="keyholder person rekey 2001 --out bob.invitation")
@click.argument("person")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The invitation's file.")
@click.option(
    "--days", type=click.IntRange(1, 60), default=7, show_default=True, help="How long it can be used."
)
def rekey(app: App, *, person: str, out: Path | None, days: int) -> None:
    """New keys for a member who forgot the passphrase: an invitation that ends the old keys when it is admitted.

    A lost machine is more than that: keyholder device lost.
    """
    from cli.ceremony import invited

    vault = open_vault(app)
    invited(app, vault, person=person, roles=(), out=out, days=days, rekey=True)


@person.command("leave", example="keyholder person leave 2001 --plan")
@click.argument("person")
@click.option("--on", type=MOMENT, metavar="TIME", help="When they left; now, where it is not given.")
@click.option("--collar", metavar="NUMBER", help="Their collar number, instead of typing it; with --yes.")
@click.option("--yes", is_flag=True, help="Do not ask again; with --collar.")
@plan
def leave(app: App, *, person: str, on: datetime | None, collar: str | None, yes: bool, plan: bool) -> None:
    """Record that somebody leaves: their keys, grants, posts and roles end at once, new team keys begin.

    It is shown first what ends and what must be changed, and by whom. --plan shows only that.
    """
    from vault.ops import leaving

    vault = open_vault(app)
    planned = leaving.plan(vault, person=person, on=on)
    if plan:
        _say_early(app, planned)
        _show_leaving(app, vault, planned)
        return
    _ask(app, planned, collar=collar if yes else None)
    done = leaving.leave(vault, person=planned.person.id, on=on)
    _show_leaving(app, vault, done)


def _ask(app: App, planned: Leaving, *, collar: str | None) -> None:
    """Named in full, with what it costs; then the collar number, so that it is not another Stone."""
    who = planned.person
    for label, ends in (("roles", planned.roles), ("keysets", planned.keysets), ("teams", planned.teams)):
        if ends:
            app.out.note(f"{label} that end: {', '.join(ends)}")
    app.out.note(f"grants that end: {len(planned.grants)}; components to change: {len(planned.owed)}")
    _say_early(app, planned)
    app.out.note(f"{who.full_name} leaves")
    _is_meant(app, who, collar)


def _say_early(app: App, planned: Leaving) -> None:
    if planned.early:
        app.out.note(
            f"they hold something since {planned.early}, after the day on which they left: is it the right day?"
        )


def _is_meant(app: App, who: Person, collar: str | None) -> None:
    """The collar number, typed; their id where they have none."""
    typed = collar or app.terminal.ask(f"their collar number ({who.name})", option="--collar NUMBER --yes")
    if typed.strip() != (who.collar or who.id):
        raise UsageProblem("that is not their collar number", hint="nothing was changed")


def _show_leaving(app: App, vault: Vault, leaving: Leaving) -> None:
    from cli.once import due_notes

    posts = [" ".join(filter(None, (p.post, p.scope_name))) for p in leaving.posts]
    app.out.record(
        {
            "person": leaving.person.full_name,
            "roles": list(leaving.roles),
            "keysets": list(leaving.keysets),
            "grants": [f"{account} ({kind})" for account, kind in leaving.grants],
            "posts": posts,
            "teams": list(leaving.teams),
            "devices": list(leaving.devices),
            "abandoned": list(leaving.abandoned),
            "to change": [f"{o.name} {o.part} (class {o.grade}, {o.by})" for o in leaving.owed],
            "recovery kit": "renew it: keyholder recovery renew" if leaving.saw_recovery_kit else "",
        }
    )
    for name in leaving.devices:
        app.out.note(
            f"{name} is still in their name; when it is handed in: keyholder device retire {quote(name)}"
        )
    due_notes(app, vault, leaving.teams_due, without=leaving.person.id)


@person.command("erase", example="keyholder person erase 2001 --basis retention_over --plan")
@click.argument("person")
@click.option("--basis", type=click.Choice(BASES), required=True, help="Why; the log says so.")
@click.option(
    "--keep",
    type=click.IntRange(min=0),
    multiple=True,
    metavar="ENTRY",
    help="Words named by this entry stay; repeatable.",
)
@click.option("--collar", metavar="NUMBER", help="Their collar number, instead of typing it; with --yes.")
@click.option("--yes", is_flag=True, help="Do not ask again; with --collar.")
@plan
def erase(
    app: App, *, person: str, basis: str, keep: tuple[int, ...], collar: str | None, yes: bool, plan: bool
) -> None:
    """Erase the words about somebody who has left: details, devices, notes, claims, requests, evidence.

    Entries stay, and the log verifies as before. A text about two people goes whole: keep it with --keep, or note
    first what concerns the other. There is no way back.
    """
    from vault.ops import erasure

    vault = open_vault(app)
    done = erasure.plan(vault, person=person, keep=keep)
    if not plan:
        app.out.note(f"{len(done.erased)} sealed texts about {done.person.full_name} go, for ever")
        _is_meant(app, done.person, collar if yes else None)
        done = erasure.erase(vault, done, basis=basis)
        app.context.changed = True
    _show_erasing(app, vault, done, basis=basis)


def _show_erasing(app: App, vault: Vault, done: Erasing, *, basis: str) -> None:
    from vault.ops.erasure import STAYS

    def line(one: Words) -> str:
        names = [vault.names.shown("person", id_) for id_ in one.others]
        return f"entry {one.entry}: {one.what}" + (f" (also about {', '.join(names)})" if names else "")

    app.out.record(
        {
            "person": done.person.id,
            "basis": basis,
            "entries": list(done.entries),
            "texts": [line(one) for one in done.erased],
            "kept": [line(one) for one in done.kept],
            "mentioned in": list(done.mentions),
            "stays": list(STAYS),
        }
    )
    if done.mentions:
        app.out.note("what only mentions them is not theirs and stays: change it where it should not")
    if done.entries and not done.scrubbed:
        app.out.note(
            "the database still holds deleted pages until it cleans up: somebody is reading it, or it is on a server"
        )
