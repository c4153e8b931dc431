"""Every option that takes a date knows whether it is a fact's: those that may lie ahead are listed here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import click
import pytest

from cli.context import Context
from cli.main import root
from cli.options import AsOf, Day, Moment
from vault.errors import UsageProblem

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AHEAD = {
    "account open --ends",
    "account ends --on",
    "account add --ends",
    "account followed-up --until",
    "record add --until",
    "rotation defer --until",
}


def options(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Parameter]]:
    """Each parameter of each command, by the words that it is typed with."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for verb in command.list_commands(context):
            found = command.get_command(context, verb)
            assert found
            yield from options(found, f"{name} {verb}".strip())
        return
    for param in command.params:
        yield f"{name} {param.opts[-1]}", param


EVERY = dict(options(root))


def test_dates_are_read_as_dates() -> None:
    """Whatever is called a date or a time is read as one, and those of facts are not few."""
    named = {name for name, param in EVERY.items() if "DATE" in str(param.metavar) or param.metavar == "TIME"}
    typed = {name for name, param in EVERY.items() if isinstance(param.type, (Day, Moment, AsOf))}
    assert named == typed
    assert len(typed) > 30


def test_a_fact_lies_in_the_past() -> None:
    """A day to come is refused by every option but those that are about one."""
    context = click.Context(root, obj=Context(clock=lambda: NOW))
    for name, param in EVERY.items():
        if not isinstance(param.type, (Day, Moment)):
            continue
        assert param.type.convert("2026-11-21", param, context)
        if name in AHEAD:
            assert param.type.convert("2026-11-22", param, context)
            continue
        with pytest.raises(UsageProblem, match="future") as refused:
            param.type.convert("2026-11-22", param, context)
        assert "until then" in refused.value.hint
    assert set(EVERY) >= AHEAD
