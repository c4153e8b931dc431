"""A command line on any home, with or without a terminal, passphrase file and vault: for the ceremonies' tests."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from cli.context import Context
from cli.main import root
from cli.settings import Settings
from cli.terminal import Terminal
from tests.cli.scripted import NoTty, ScriptedTty
from tests.world import COST, PASSPHRASE, Clock, Dice


class Desk:
    """A machine in a folder: its clock, its dice, and how its commands are run."""

    def __init__(self, folder: Path, *, clock: Clock | None = None, dice: Dice | None = None) -> None:
        self.folder, self.clock, self.dice = folder, clock or Clock(), dice or Dice("desk")

    def secret(self, text: str = PASSPHRASE) -> Path:
        """A passphrase in a file of its owner."""
        path = self.folder / f"secret-{len(text)}"
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def run(
        self,
        *args: str,
        home: str = "ada",
        tty: ScriptedTty | None = None,
        passphrase: str | None = PASSPHRASE,
        vault: str | None = None,
        code: int = 0,
    ) -> Result:
        """Run it and expect this exit code."""
        settings = Settings(
            home=self.folder / home,
            vault=vault,
            passphrase_file=self.secret(passphrase) if passphrase else None,
        )
        context = Context(
            settings=settings,
            clock=self.clock,
            random=self.dice,
            terminal=Terminal(tty or NoTty()),
            cost=COST,
        )
        result = CliRunner().invoke(root, list(args), obj=context)
        assert result.exit_code == code, (result.exit_code, result.stderr, result.stdout)
        return result
