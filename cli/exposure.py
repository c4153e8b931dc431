"""`keyholder exposure`: who could open and who did see what, since it last changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import App, group
from cli.when import stamp

if TYPE_CHECKING:
    from vault.ops.exposure import Exposed

COLUMNS = ("account", "part", "class", "person", "ways", "last seen", "on", "changed on", "entry")


@group("exposure")
def exposure() -> None:
    """What could be opened and what was seen, component by component, since it last changed."""


@exposure.command("person", example="keyholder exposure person 2001", looks_back=True)
@click.argument("person")
def of_person(app: App, *, person: str) -> None:
    """What a person could open or saw: what will be owed when they leave."""
    from vault.ops import exposure as found

    vault = open_vault(app)
    _table(app, found.of_person(vault, vault.names.find("person", person), state=vault.state))


@exposure.command("device", example="keyholder exposure device 'Ada phone'", looks_back=True)
@click.argument("device")
def of_device(app: App, *, device: str) -> None:
    """What is on a device: what will be owed when it is lost."""
    from vault.ops import exposure as found

    vault = open_vault(app)
    _table(app, found.of_device(vault, vault.names.find("device", device), state=vault.state))


@exposure.command("account", example="keyholder exposure account x/ExamplePolice", looks_back=True)
@click.argument("account")
def of_account(app: App, *, account: str) -> None:
    """Who could open and who saw this account's secrets."""
    from vault.ops import exposure as found

    vault = open_vault(app)
    _table(app, found.of_account(vault, vault.names.find("account", account), state=vault.state))


def _table(app: App, rows: Sequence[Exposed]) -> None:
    app.out.rows(
        COLUMNS,
        [
            (
                row.account,
                row.part,
                f"{row.grade} {row.grade_words}",
                row.person,
                list(row.ways),
                stamp(row.last),
                list(row.devices),
                stamp(row.changed_on),
                row.entry,
            )
            for row in rows
        ],
    )
