"""The documents cover what there is, and point to what exists."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.main import NOUNS, load
from tests.docs import events
from vault.domain.table import TABLE

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def verbs() -> Iterator[tuple[str, click.Command]]:
    for noun in NOUNS:
        yield from _below(noun, load(noun))


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    for verb, one in command.commands.items():
        yield from _below(f"{name} {verb}", one)


@pytest.mark.parametrize(
    ("name", "command"), list(verbs()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_has_help_and_an_example(name: str, command: click.Command) -> None:
    """A command says what it does, shows itself used, and describes each of its options."""
    assert command.help
    shown = name.removesuffix(" make")  # `backup FILE` is short for `backup make FILE`
    assert f"keyholder {shown}" in getattr(command, "example", ""), "the example shows this very command"
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, f"{name} {param.opts[0]} has no help"


def test_the_reference_is_current() -> None:
    """docs/cli.md is what --help says now."""
    check = [sys.executable, "-m", "cli.reference", "--check", str(ROOT / "docs" / "cli.md")]
    assert subprocess.run(check, cwd=ROOT, check=False, capture_output=True).returncode == 0, "run: make docs"


def test_every_event_is_documented() -> None:
    """docs/events.md names each event, its fields and who may write it."""
    text = (ROOT / "docs" / "events.md").read_text()
    assert text == events.page(), "run: make docs"
    assert all(f"`{name}`" in text for name in TABLE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link of a page points to a file that exists."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_nothing_speaks_of_this_machine() -> None:
    """No page and no source names a path of a builder's machine."""
    wrong = re.compile(r"/(work|root|farm)/[a-z]")
    files = [*PAGES, *(p for room in ("audit", "cli", "vault", "bench") for p in (ROOT / room).rglob("*.py"))]
    assert [str(f.relative_to(ROOT)) for f in files if wrong.search(f.read_text())] == []
