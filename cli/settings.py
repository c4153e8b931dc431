"""The environment, read in one place.

    KEYHOLDER_HOME             this member's state; else $XDG_DATA_HOME/keyholder, ~/.local/share/keyholder
    KEYHOLDER_VAULT            path or database URL of the shared vault
    KEYHOLDER_FORMAT           table, json or csv: what --format is when it is not given
    KEYHOLDER_PASSPHRASE_FILE  a file that holds the passphrase, for work without a person
    KEYHOLDER_DEBUG            1: an internal error names its calls (never values)

An empty variable counts as not set. No secret is ever read from the environment itself: every child process
inherits it, and /proc shows it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from vault.errors import UsageProblem

FORMATS = ("table", "json", "csv")


class Settings(NamedTuple):
    """The environment, read once."""

    home: Path
    vault: str | None = None
    format: str = "table"
    passphrase_file: Path | None = None
    debug: bool = False
    dumb_terminal: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        shape = environ.get("KEYHOLDER_FORMAT") or "table"
        if shape not in FORMATS:
            raise UsageProblem("KEYHOLDER_FORMAT is not a format", hint="use one of " + ", ".join(FORMATS))
        passphrase_file = environ.get("KEYHOLDER_PASSPHRASE_FILE")
        return cls(
            home=_home(environ),
            vault=environ.get("KEYHOLDER_VAULT") or None,
            format=shape,
            passphrase_file=Path(passphrase_file).expanduser() if passphrase_file else None,
            debug=wants_debug(environ),
            dumb_terminal=environ.get("TERM") in {None, "", "dumb"},
        )


def _home(environ: Mapping[str, str]) -> Path:
    if own := environ.get("KEYHOLDER_HOME"):
        return Path(own).expanduser()
    data = environ.get("XDG_DATA_HOME", "")
    # The XDG specification says that a relative path there is to be ignored.
    base = Path(data) if data.startswith("/") else Path("~/.local/share").expanduser()
    return base / "keyholder"


def wants_debug(environ: Mapping[str, str] = os.environ) -> bool:
    """Apart from Settings, because an error in the settings themselves is reported too."""
    return environ.get("KEYHOLDER_DEBUG") == "1"


def wants_json(args: Sequence[str], environ: Mapping[str, str] = os.environ) -> bool:
    """Are errors wanted as JSON? Asked of the raw words, because they may be what could not be parsed."""
    wanted = environ.get("KEYHOLDER_FORMAT", "")
    for place, word in enumerate(args):
        if word == "--":
            break
        if word == "--format":
            wanted = "".join(args[place + 1 : place + 2])
        elif word.startswith("--format="):
            wanted = word.removeprefix("--format=")
    return wanted == "json"
