"""A terminal played from a script, and a context around it: what a test types, and what it would have seen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cli.context import Context
from cli.settings import Settings
from cli.terminal import Terminal

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


class ScriptedTty:
    """The same shape as `cli.tty.Tty`. An exception among the answers is raised at that prompt."""

    def __init__(self, *answers: str | BaseException, screen: bool = True) -> None:
        self.answers = list(answers)
        self.screen = screen
        self.prompts: list[str] = []
        self.hidden: list[bool] = []
        self.said: list[str] = []
        self.shown: list[str] = []

    def can_ask(self) -> bool:
        return True

    def can_show(self) -> bool:
        return self.screen

    def read_line(self, prompt: str, *, hidden: bool = False) -> str:
        self.prompts.append(prompt)
        self.hidden.append(hidden)
        if not self.answers:
            raise EOFError
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def say(self, text: str) -> None:
        self.said.append(text)

    def show_until_enter(self, text: str, *, seconds: float) -> None:
        self.shown.append(f"{text}[{seconds:.0f} s]")


class NoTty(ScriptedTty):
    """A process without a terminal."""

    def can_ask(self) -> bool:
        return False

    def can_show(self) -> bool:
        return False


def context(
    device: ScriptedTty | None = None, *, home: Path = Path("/nowhere"), **settings: object
) -> Context:
    """A context at a fixed time, with predictable randomness and no environment."""
    return Context(
        settings=Settings(home=home, **settings),  # type: ignore[arg-type]
        clock=lambda: NOW,
        random=bytes,
        terminal=Terminal(device or NoTty()),
    )
