"""The command-line reference, from the same texts as --help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.main import NOUNS
from cli.reference import main, reference


@pytest.fixture
def only_demo(monkeypatch: pytest.MonkeyPatch, demo: None) -> None:
    for noun in [noun for noun in NOUNS if noun not in {"demo", "shell"}]:
        monkeypatch.delitem(NOUNS, noun)


def test_every_command_has_its_place(only_demo: None) -> None:
    """Nouns, verbs, options and examples, each under its heading."""
    page = reference()
    headings = [line for line in page.splitlines() if line.startswith("#")]
    assert headings[:4] == ["# Command line", "## keyholder", "### keyholder shell", "### keyholder demo"]
    assert "#### keyholder demo list" in headings
    assert "Example:\n  keyholder demo list\n" in page
    assert "--no-input" in page


def test_it_does_not_depend_on_the_terminal(only_demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same page from a narrow one."""
    page = reference()
    monkeypatch.setenv("COLUMNS", "40")
    assert reference() == page


def test_it_is_written_and_checked(only_demo: None, tmp_path: Path) -> None:
    """--check writes nothing and fails on a missing or older page."""
    page = tmp_path / "cli.md"
    assert CliRunner().invoke(main, [str(page), "--check"]).exit_code == 1
    assert not page.exists()
    assert CliRunner().invoke(main, [str(page)]).exit_code == 0
    assert page.read_text() == reference()
    assert CliRunner().invoke(main, [str(page), "--check"]).exit_code == 0
    page.write_text("an older one")
    answer = CliRunner().invoke(main, [str(page), "--check"])
    assert answer.exit_code == 1
    assert "is not current: run `make docs`" in answer.stderr
    assert page.read_text() == "an older one"


def test_a_hidden_command_is_not_on_the_page(only_demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in --help."""
    from tests.cli.demo import demo

    assert isinstance(demo, click.Group)
    monkeypatch.setattr(demo.commands["list"], "hidden", True)
    assert "keyholder demo list" not in [line.lstrip("# ") for line in reference().splitlines()]


def test_it_is_a_program() -> None:
    """`python -m cli.reference`, as `make docs` calls it."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "cli.reference", "--help"]
    done = subprocess.run(command, cwd=root, text=True, capture_output=True, timeout=30, check=True)
    assert "Write the command-line reference." in done.stdout
