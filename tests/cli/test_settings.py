"""The environment, read in one place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from cli.settings import Settings, wants_debug, wants_json
from vault.errors import UsageProblem

CLI = Path(__file__).parents[2] / "cli"


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({"KEYHOLDER_HOME": "/k", "XDG_DATA_HOME": "/x"}, Path("/k")),
        ({"KEYHOLDER_HOME": "", "XDG_DATA_HOME": "/x"}, Path("/x/keyholder")),
        ({"XDG_DATA_HOME": "relative"}, Path.home() / ".local/share/keyholder"),
        ({}, Path.home() / ".local/share/keyholder"),
        ({"KEYHOLDER_HOME": "~/k"}, Path.home() / "k"),
    ],
)
def test_home_is_found_in_order(environ: dict[str, str], home: Path) -> None:
    """KEYHOLDER_HOME, then XDG_DATA_HOME when absolute, then ~/.local/share; empty counts as not set."""
    assert Settings.from_environment(environ).home == home


def test_the_other_variables() -> None:
    """Vault, format, passphrase file, debug and the kind of terminal."""
    found = Settings.from_environment(
        {
            "KEYHOLDER_VAULT": "/v.db",
            "KEYHOLDER_FORMAT": "csv",
            "KEYHOLDER_PASSPHRASE_FILE": "/p",
            "KEYHOLDER_DEBUG": "1",
            "TERM": "xterm",
        }
    )
    assert (found.vault, found.format, found.passphrase_file) == ("/v.db", "csv", Path("/p"))
    assert (found.debug, found.dumb_terminal) == (True, False)
    bare = Settings.from_environment({"KEYHOLDER_VAULT": "", "KEYHOLDER_PASSPHRASE_FILE": ""})
    assert (bare.vault, bare.format, bare.passphrase_file) == (None, "table", None)
    assert (bare.debug, bare.dumb_terminal) == (False, True)


def test_an_unknown_format_is_refused() -> None:
    """With the formats there are."""
    with pytest.raises(UsageProblem) as caught:
        Settings.from_environment({"KEYHOLDER_FORMAT": "yaml"})
    assert caught.value.hint == "use one of table, json, csv"


@pytest.mark.parametrize(
    ("args", "environ", "json"),
    [
        (["a", "--format", "json"], {}, True),
        (["a", "--format=json", "b"], {}, True),
        (["a"], {"KEYHOLDER_FORMAT": "json"}, True),
        (["a", "--format", "csv"], {"KEYHOLDER_FORMAT": "json"}, False),
        (["a", "--format"], {}, False),
        (["a", "--", "--format", "json"], {}, False),
        ([], {}, False),
    ],
)
def test_errors_in_json_are_wanted_where_answers_are(
    args: list[str], environ: dict[str, str], json: bool
) -> None:
    """The raw words decide, so that a line that cannot be parsed gets its error in JSON too."""
    assert wants_json(args, environ) is json


def test_debugging_is_asked_for_by_one() -> None:
    """Nothing else than 1."""
    assert [wants_debug({"KEYHOLDER_DEBUG": value}) for value in ("1", "0", "", "true")] == [
        True,
        False,
        False,
        False,
    ]


def test_nothing_else_in_the_room_reads_the_environment() -> None:
    """`os.environ` and `os.getenv` stand in settings.py alone."""
    for file in CLI.glob("*.py"):
        names = {n.attr for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Attribute)}
        assert file.name == "settings.py" or not names & {"environ", "environb", "getenv"}, file.name
