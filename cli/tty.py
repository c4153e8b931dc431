"""The controlling terminal: a prompt, a line, a hidden line, a screen that is gone afterwards.

What is typed is read from stdin, which must be a terminal; what is said goes to /dev/tty, so that a
redirected stdout or stderr neither hides a prompt nor keeps a secret. A secret is shown on the alternate
screen, which is not in the scrollback, and removed whatever ends the wait: Enter, time, Ctrl-C, SIGTERM.
While echo is off or a secret stands on the screen Ctrl-Z does nothing, because a stopped process cannot clean
up.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from vault.errors import UsageProblem

_ENTER_SCREEN = "\x1b[?1049h\x1b[2J\x1b[H"
_LEAVE_SCREEN = "\x1b[2J\x1b[H\x1b[?1049l"
_LINE_LIMIT = 64 * 1024


class Tty:
    """The terminal that this process was started from. Tests use a scripted one of the same shape."""

    def __init__(self, *, dumb: bool = False) -> None:
        self.dumb = dumb

    def can_ask(self) -> bool:
        return sys.stdin is not None and sys.stdin.isatty()

    def can_show(self) -> bool:
        """Is there a screen that can forget? A dumb terminal keeps whatever was written."""
        if self.dumb:
            return False
        with suppress(OSError):
            os.close(_open())
            return True
        return False

    def read_line(self, prompt: str, *, hidden: bool = False) -> str:
        """One line without its end. EOFError when the person ends the input."""
        source = sys.stdin.fileno()
        self.say(prompt)
        with _careful(source) if hidden else _as_it_is():
            line = _line(source)
        if hidden:
            self.say("\n")
        return line

    def say(self, text: str) -> None:
        try:
            screen = _open()
        except OSError:  # a terminal on stdin that does not control this process
            sys.stderr.write(text)
            sys.stderr.flush()
            return
        try:
            _write(screen, text)
        finally:
            os.close(screen)

    def show_until_enter(self, text: str, *, seconds: float) -> None:
        """Show on the alternate screen until Enter or for that long, then leave nothing behind."""
        from select import select

        screen = _open()
        try:
            with _careful(screen), _screen(screen):
                _write(screen, text)
                select([screen], [], [], seconds)
        finally:
            os.close(screen)


def _open() -> int:
    return os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)


def _write(screen: int, text: str) -> None:
    data = text.encode("utf-8", "backslashreplace")
    while data:
        data = data[os.write(screen, data) :]


def _line(source: int) -> str:
    """Read to the line's end, byte for byte as the terminal hands lines over."""
    data = b""
    while not data.endswith(b"\n"):
        piece = os.read(source, 4096)
        data += piece
        if not data:
            raise EOFError
        if not piece or len(data) > _LINE_LIMIT:
            break
    try:
        return data.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise UsageProblem("what was typed is not UTF-8", hint="check the terminal's encoding") from None


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _screen(screen: int) -> Iterator[None]:
    _write(screen, _ENTER_SCREEN)
    try:
        yield
    finally:
        with suppress(OSError):  # the terminal itself may be gone, and the secret with it
            _write(screen, _LEAVE_SCREEN)


@contextmanager
def _careful(terminal: int) -> Iterator[None]:
    """Echo off and typed-ahead keys dropped; ended by a signal, the terminal is put right first."""
    import termios

    before = termios.tcgetattr(terminal)
    quiet = list(before)
    quiet[3] &= ~termios.ECHO
    with _signals():
        termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
        try:
            yield
        finally:
            with suppress(termios.error):
                termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


@contextmanager
def _signals() -> Iterator[None]:
    import signal

    def end(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    kept = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    kept[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
