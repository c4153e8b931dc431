"""What every command has in common."""

from __future__ import annotations

import json
from collections.abc import Callable

import click
import pytest
from click.testing import Result

from cli.options import DAY, command, group
from tests.cli.demo import demo
from tests.cli.scripted import NOW, NoTty, ScriptedTty, context

Run = Callable[..., Result]


def test_every_command_has_the_common_options_and_an_example(run: Run) -> None:
    """--format, --no-input and the example are in the help of each verb."""
    assert isinstance(demo, click.Group)
    for name in demo.commands:
        shown = run("demo", name, "--help").output
        assert "--format [table|json|csv]" in shown
        assert "--no-input" in shown
        assert f"\nExample:\n  keyholder demo {name}" in shown


def test_an_example_may_have_several_lines(run: Run) -> None:
    """They are not rewrapped."""
    assert (
        "Example:\n  keyholder demo list\n  keyholder demo list --format csv\n"
        in run("demo", "list", "-h").output
    )


def test_a_command_without_an_example_cannot_be_declared() -> None:
    """It is a TypeError when the module is loaded, so no release has one."""
    noun = group("noun")(lambda: None)
    with pytest.raises(TypeError, match="example"):
        noun.command("verb")(lambda: None)
    assert command("verb", example="keyholder verb")(lambda app: None).name == "verb"


def test_the_format_is_the_option_then_the_environment_then_table(run: Run) -> None:
    """--format wins over KEYHOLDER_FORMAT."""
    assert run("demo", "session").output == "1\n"
    assert json.loads(run("demo", "session", obj=context(format="json")).output) == {"text": "1"}
    assert run("demo", "session", "--format", "table", obj=context(format="json")).output == "1\n"


def test_a_group_inside_a_noun_has_the_same_manners(run: Run) -> None:
    """Nested groups make commands of the same kind."""
    outer = group("outer")(lambda: None)
    inner = outer.group("inner")(lambda: None)
    inner.command("verb", example="x")(lambda app: None)
    assert "format" in {p.name for p in inner.commands["verb"].params}


def test_dates_are_understood_by_the_clock_of_the_context(run: Run) -> None:
    """Options and arguments; `--as-of` a day is that day's end."""
    answer = run(
        "demo",
        "when",
        "--as-of",
        "today",
        "--day",
        "yesterday",
        "--at",
        "14:00",
        "--plan",
        "20/11/2026",
        "--format",
        "json",
    )
    assert json.loads(answer.output) == {
        "as_of": "2026-11-21T23:59:59Z",
        "plan": True,
        "day": "2026-11-20",
        "at": "2026-11-21T14:00:00Z",
        "since": "2026-11-20",
        "now": "2026-11-21T14:05:00Z",
    }


@pytest.mark.parametrize(("words", "name"), [(["--as-of", "21/11/26"], "--as-of"), (["x"], "SINCE")])
def test_a_date_that_cannot_be_meant_names_its_option(run: Run, words: list[str], name: str) -> None:
    """A command may have several dates."""
    answer = run("demo", "when", *words)
    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"keyholder: error: {name}: ")


def test_a_date_outside_a_command_is_a_programming_mistake() -> None:
    """There is no clock to ask."""
    with pytest.raises(TypeError, match="clock"):
        DAY.convert("today", None, None)
    ctx = click.Context(click.Command("x"), obj=context())
    assert DAY.convert("today", None, ctx) == NOW.date()


def test_no_input_never_asks(run: Run) -> None:
    """The problem names what to give instead."""
    device = ScriptedTty("Ada", "six words")
    answer = run("demo", "login", "--no-input", obj=context(device))
    assert answer.exit_code == 2
    assert answer.stderr == "keyholder: error: name is needed; with --no-input give it as --name\n"
    assert device.prompts == []


def test_no_input_is_for_one_command_only(run: Run) -> None:
    """In a shell the next line may ask again."""
    device = ScriptedTty("Ada", "six words")
    mine = context(device)
    assert run("demo", "login", "--no-input", obj=mine).exit_code == 2
    assert run("demo", "login", obj=mine).output == "Ada: 9\n"
    assert device.hidden == [False, True]


def test_the_passphrase_comes_from_the_file_that_is_named(run: Run, tmp_path) -> None:
    """KEYHOLDER_PASSPHRASE_FILE spares the question."""
    file = tmp_path / "passphrase"
    file.write_text("six words\n")
    file.chmod(0o600)
    answer = run("demo", "login", obj=context(ScriptedTty("Ada"), passphrase_file=file))
    assert (answer.stdout, answer.stderr) == ("Ada: 9\n", "")


def test_without_a_terminal_a_question_is_a_usage_problem(run: Run) -> None:
    """stdin that is no terminal counts like --no-input, and it is said."""
    answer = run("demo", "login", obj=context(NoTty()))
    assert answer.exit_code == 2
    assert "keyholder: next: stdin is not a terminal\n" in answer.stderr
