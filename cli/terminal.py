"""Talking with the person: questions, secrets in, secrets out.

    source of a secret     None: asked for, hidden · `-`: stdin · `@FILE` · `fd:N`; never the argument itself
    way out of a secret    the terminal's alternate screen, until Enter or 30 s · stdout, only with --to-pipe

With --no-input, or without a terminal on stdin, a question is a UsageProblem that names the option to give
instead. A default is an answer, so a question that has one is never a problem.
"""

from __future__ import annotations

import fcntl
import os
import select
import stat
import sys
from io import UnsupportedOperation
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from cli.clean import clean
from cli.output import Out
from vault.errors import UsageProblem

SHOWN_FOR_S = 30.0
_SECRET_LIMIT = 64 * 1024
_ATTEMPTS = 3
_SOURCES = "`-` for stdin, @FILE, or fd:N"


class Device(Protocol):
    """What a terminal can do; `cli.tty.Tty` is the real one."""

    def can_ask(self) -> bool: ...
    def can_show(self) -> bool: ...
    def read_line(self, prompt: str, *, hidden: bool = False) -> str: ...
    def say(self, text: str) -> None: ...
    def show_until_enter(self, text: str, *, seconds: float) -> None: ...


class Terminal:
    """The conversation on one device, with one command's manners."""

    def __init__(self, device: Device, *, no_input: bool = False) -> None:
        self.device = device
        self.no_input = no_input

    def for_command(self, *, no_input: bool) -> Self:
        return type(self)(self.device, no_input=self.no_input or no_input)

    def can_ask(self) -> bool:
        return not self.no_input and self.device.can_ask()

    def ask(self, prompt: str, default: str | None = None, *, option: str = "") -> str:
        """A line that is not empty, without the spaces around it."""
        if default is not None and not self.can_ask():
            return default
        shown = f"{prompt} [{default}]" if default else prompt
        while True:
            answer = self._read(shown, what=prompt, option=option).strip()
            if answer or default is not None:
                return answer or default or ""

    def confirm(self, prompt: str, *, option: str = "--yes") -> bool:
        """Yes or no; Enter alone is no."""
        while True:
            asked = f"an answer to '{prompt.removesuffix('?')}?'"
            answer = self._read(f"{prompt} [y/N]", what=asked, option=option).strip().lower()
            if answer in {"y", "yes"}:
                return True
            if answer in {"", "n", "no"}:
                return False

    def confirm_by_typing(self, what: str, expected: str, *, given: str | None = None) -> None:
        """For what cannot be undone: the name is typed, here or after --confirm; anything else ends it."""
        option = f"--confirm {clean(expected)}"
        prompt = f"{what}: type {clean(expected)} to go on"
        answer = (
            self._read(prompt, what=f"the confirmation ({what})", option=option) if given is None else given
        )
        if answer.strip() != expected:
            raise UsageProblem(f"{what} was not confirmed", hint="nothing was changed")

    def ask_secret(self, prompt: str, *, option: str = "") -> str:
        while True:
            secret = self._read(prompt, what=prompt, option=option or _SOURCES, hidden=True)
            if secret:
                return secret

    def ask_new_secret(self, prompt: str, *, option: str = "") -> str:
        """Asked twice, because a slip of the finger would lock somebody out."""
        for _ in range(_ATTEMPTS):
            secret = self.ask_secret(prompt, option=option)
            if self.ask_secret(f"{prompt} again", option=option) == secret:
                return secret
            self.device.say("the two differ\n")
        raise UsageProblem(f"{prompt} was not typed alike twice", hint="nothing was changed")

    def read_secret(self, source: str | None, prompt: str, *, option: str = "", new: bool = False) -> str:
        """A secret from where `source` says. Its words never appear in an error: they may be the secret.

        ``option`` is what an error tells somebody to give instead of an answer, or to mend.
        """
        if source is None or (source == "-" and self.can_ask()):
            ask = self.ask_new_secret if new else self.ask_secret
            return ask(prompt, option=option)
        if source == "-":
            return _secret(sys.stdin.buffer, prompt)
        if source.startswith("@"):
            return _from_file(Path(source[1:]), prompt, option=option)
        if source.startswith("fd:") and source[3:].isascii() and source[3:].isdigit():
            return _from_descriptor(int(source[3:]), prompt)
        raise UsageProblem(
            f"{prompt}: a secret is never given as an argument",
            hint=f"what was typed is in the shell's history now: use another, and give {_SOURCES}",
        )

    def ready_to_show(self, *, to_pipe: bool) -> None:
        """Asked before anything is recorded: no entry should say "revealed" for what cannot be shown."""
        _check_stdout()
        if sys.stdout.isatty():
            if not self.device.can_show():
                raise UsageProblem(
                    "there is no terminal that can hide it again", hint="pipe it with --to-pipe"
                )
        elif not to_pipe:
            hint = "run it on a terminal, or give --to-pipe to hand it to another program"
            raise UsageProblem("stdout is not a terminal, and a secret would stay in it", hint=hint)

    def show_secret(self, label: str, text: str, *, to_pipe: bool, seconds: float | None = None) -> None:
        """On the alternate screen until Enter or for that long; bare on stdout where that is a pipe and asked for."""
        self.ready_to_show(to_pipe=to_pipe)
        if not sys.stdout.isatty():
            Out("table").bare(text)
            return
        shown_for = SHOWN_FOR_S if seconds is None else seconds
        after = f"{shown_for:.0f} seconds" if shown_for < 120 else f"{shown_for / 60:.0f} minutes"
        end = f"press Enter to hide it; it hides itself after {after}"
        body = f"{clean(label)}\n\n{_visible(text)}\n\n{end}\n"
        self.device.show_until_enter(body, seconds=shown_for)

    def _need(self, what: str, option: str) -> None:
        if self.can_ask():
            return
        way = f"with --no-input give it as {option}" if option else "run it on a terminal"
        raise UsageProblem(
            f"{what} is needed; {way}", hint="" if self.no_input else "stdin is not a terminal"
        )

    def _read(self, prompt: str, *, what: str, option: str, hidden: bool = False) -> str:
        self._need(what, option)
        return self.device.read_line(f"{clean(prompt)}: ", hidden=hidden)


def _check_stdout() -> None:
    """Somebody reads what is written there; a full disk behind it shows itself only when it is written."""
    if sys.stdout is None or sys.stdout.closed:
        raise UsageProblem("stdout is closed: nothing could be shown", hint="nothing was recorded")
    try:
        descriptor = sys.stdout.fileno()
    except UnsupportedOperation:
        return  # not a file: the caller holds it
    try:
        readable_only = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    except OSError:
        readable_only = True
    asked = select.poll()
    asked.register(descriptor, select.POLLOUT)
    broken = any(event & (select.POLLERR | select.POLLNVAL) for _, event in asked.poll(0))
    if readable_only or broken:
        raise UsageProblem("nobody can read stdout: it is closed", hint="nothing was recorded")


def _visible(secret: str) -> str:
    """Line by line, and no character left out: one that does not show itself is shown as its escape."""
    return "\n".join(
        "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in line)
        for line in secret.split("\n")
    )


def _from_file(path: Path, what: str, *, option: str = "") -> str:
    try:
        with path.expanduser().open("rb") as file:
            _warn_if_open_to_others(file, path)
            return _secret(file, what)
    except OSError as error:
        problem = _unreadable(f"{what}: cannot read {clean(str(path))}", error)
    except UsageProblem as found:
        problem = found
    if option.startswith("KEYHOLDER_"):  # nobody typed @FILE: it stands in the environment
        problem.hint = f"check {option}"
    raise problem from None


def _from_descriptor(number: int, what: str) -> str:
    try:
        with os.fdopen(number, "rb", closefd=False) as file:
            return _secret(file, what)
    except OSError as error:
        raise _unreadable(f"{what}: cannot read descriptor {number}", error) from None


def _unreadable(message: str, error: OSError) -> UsageProblem:
    return UsageProblem(f"{message}: {(error.strerror or 'unknown').lower()}", hint=f"give {_SOURCES}")


def _warn_if_open_to_others(file: BinaryIO, path: Path) -> None:
    found = os.fstat(file.fileno())
    if stat.S_ISREG(found.st_mode) and found.st_mode & (stat.S_IRGRP | stat.S_IROTH):
        sys.stderr.write(f"keyholder: warning: {clean(str(path))} can be read by others: chmod 600\n")


def _secret(file: BinaryIO, what: str) -> str:
    """All of it, without one line end; bounded, so that a wrong file does not fill the memory."""
    data = file.read(_SECRET_LIMIT + 1)
    if len(data) > _SECRET_LIMIT:
        raise UsageProblem(f"{what}: more than {_SECRET_LIMIT:,} bytes", hint="is it the right file?")
    try:
        text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UsageProblem(f"{what}: not UTF-8 text", hint="is it the right file?") from None
    if not text:
        raise UsageProblem(f"{what}: nothing was given", hint=f"give {_SOURCES}")
    return text
