"""What a process gives its commands: settings, clock, randomness, terminal; and how it is hardened.

Nothing here is costly to load: `keyholder --help` makes a Context too, and asks it for nothing.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.settings import Settings
    from cli.terminal import Terminal
    from vault.crypto.stretch import Cost


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Context:
    """One process: everything from outside that a command may use. Tests pass their own.

    `session` is an opened vault that `keyholder shell` keeps between lines. Whoever commits sets `changed`:
    else an interrupt tells the person that nothing was changed. `cost` is what a passphrase guess costs: None for
    the product's own; only tests pass another.
    """

    __slots__ = (
        "_settings",
        "_terminal",
        "changed",
        "clock",
        "clock_confirmed",
        "cost",
        "in_shell",
        "random",
        "session",
    )

    def __init__(
        self,
        *,
        settings: Settings | None = None,
        clock: Callable[[], datetime] = _utc_now,
        random: Callable[[int], bytes] = os.urandom,
        terminal: Terminal | None = None,
        cost: Cost | None = None,
    ) -> None:
        self._settings = settings
        self._terminal = terminal
        self.clock = clock
        self.random = random
        self.session: object | None = None
        self.cost = cost
        self.clock_confirmed = False
        self.in_shell = False
        self.changed = False

    @property
    def settings(self) -> Settings:
        """The environment, read when it is first asked for."""
        from cli.settings import Settings

        if self._settings is None:
            self._settings = Settings.from_environment()
        return self._settings

    @property
    def terminal(self) -> Terminal:
        from cli.terminal import Terminal
        from cli.tty import Tty

        if self._terminal is None:
            self._terminal = Terminal(Tty(dumb=self.settings.dumb_terminal))
        return self._terminal


def _reserve_streams() -> None:
    """A standard stream that was closed (`>&-`) fails when it is used, and no database gets its descriptor."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is not None:
            continue
        # Opened the wrong way round, so that its use is an error; what nobody can hear is said to nobody.
        usable = number == 2
        opened = os.open(os.devnull, os.O_WRONLY if number == 0 or usable else os.O_RDONLY)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def harden() -> None:
    """Before anything is read: no core file may hold a key, no new file may be read by others."""
    os.umask(0o077)
    _reserve_streams()
    if isinstance(sys.stdout, TextIOWrapper):
        # A handle that the terminal's encoding cannot write must not end the command half-way.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        import resource
    except ImportError:  # Windows has neither this module nor core files
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
