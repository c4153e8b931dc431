"""`keyholder shell`: one unlock, the same commands line by line.

- a line is a command line without the word `keyholder`; `exit`, `quit` or Ctrl-D ends, Ctrl-C drops the line
- each line has its own error boundary; from a script, the exit code is the first one that was not 0
- ten minutes without a command end it, and with it the keys: a lock is a process exit. The time in which the
  machine slept counts
- nothing typed is kept: no history file, no history in memory
"""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Iterator

from cli.options import App, command
from vault.errors import UsageProblem

IDLE_S = 600.0
_PROMPT = "keyholder> "


class Idle(Exception):
    """Nobody has given a command for too long."""


@command("shell", example="keyholder shell")
def shell(app: App) -> None:
    """Unlock once and give commands line by line, without the word `keyholder`.

    It ends with `exit`, at the end of the input, and after ten idle minutes.
    """
    if app.context.in_shell:
        raise UsageProblem("this is the shell already", hint="type `exit` to leave it")
    app.context.in_shell = True
    try:
        code = _loop(app)
    finally:
        app.context.in_shell = False
        _forget(app)
    if code:
        sys.exit(code)


def _loop(app: App) -> int:
    """Line after line, until the end. By hand the exit code is 0: each error has been seen."""
    by_hand = app.terminal.can_ask()
    first = 0
    while True:
        try:
            line = _next_line(by_hand=by_hand)
        except KeyboardInterrupt:
            sys.stderr.write("\n")
            continue
        except Idle:
            app.out.note("nothing was typed for ten minutes: locked")
            break
        if line is None or line.strip() in {"exit", "quit"}:
            break
        code = _run(app, line)
        first = first or code
    return 0 if by_hand else first


def _run(app: App, line: str) -> int:
    import shlex

    from cli.main import Boundary, run

    words: list[str] = []
    with Boundary(words) as boundary:
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            raise UsageProblem(
                "a quotation mark is not closed", hint="close it, or write \\' for one"
            ) from None
    if words[:1] == ["keyholder"]:
        words = words[1:]
    if boundary.exit_code or not words:
        return boundary.exit_code
    app.context.changed = False
    return run(words, app.context)


def _next_line(*, by_hand: bool) -> str | None:
    """The next line, or None at the end of the input. Idle when it does not come in time."""
    began = _awake_or_asleep()
    with _alarm(IDLE_S):
        try:
            line = _typed() if by_hand else sys.stdin.readline() or None
        except EOFError:
            sys.stderr.write("\n")
            line = None
    if _awake_or_asleep() - began > IDLE_S:
        raise Idle
    return line


def _typed() -> str:
    """With line editing where both ends are the terminal; no prompt is written into redirected output."""
    if sys.stdout.isatty():
        with contextlib.suppress(ImportError):
            import readline

            readline.set_auto_history(False)
        return input(_PROMPT)
    sys.stderr.write(_PROMPT)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def _awake_or_asleep() -> float:
    """Seconds on a clock that runs while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_REALTIME))


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """A timer instead of waiting for the first key: half a line typed and left is idle too."""

    def ring(_number: int, _frame: object) -> None:
        raise Idle

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _forget(app: App) -> None:
    session, app.context.session = app.context.session, None
    close = getattr(session, "close", None)
    if callable(close):
        close()
