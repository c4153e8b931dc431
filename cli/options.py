"""How a noun file declares its commands.

    from cli.options import App, command, group, plan

    @group("person")
    def person() -> None:
        \"\"\"People known to the vault, and members.\"\"\"

    @person.command("add", example="keyholder person add --name 'Ada Byron' --collar 1815")
    @click.option("--name", required=True, help="The person's name.")
    def add(app: App, *, name: str) -> None:
        \"\"\"Make a person known to the vault.\"\"\"

Every command has --format, --no-input and an example, and gets an App as `app`. Every `list` and `show` also has
--as-of: `open_vault` then hands out the vault as it was, which cannot be written with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from cli.context import Context
from cli.output import Out
from cli.settings import FORMATS, Settings
from cli.terminal import Terminal

if TYPE_CHECKING:
    from datetime import date, datetime

_F = TypeVar("_F", bound=Callable[..., object])


def context_of(ctx: click.Context) -> Context:
    """The process's context; made from the environment where nobody passed one."""
    context = ctx.find_object(Context)
    if context is None:
        context = ctx.find_root().obj = ctx.obj = Context()
    return context


class App(NamedTuple):
    """What every command's function gets as `app`: the context, and this one command's format and manners."""

    context: Context
    out: Out
    terminal: Terminal
    no_input: bool
    as_of: datetime | int | None = None

    @property
    def settings(self) -> Settings:
        return self.context.settings

    @property
    def clock(self) -> Callable[[], datetime]:
        return self.context.clock

    @property
    def random(self) -> Callable[[int], bytes]:
        return self.context.random

    def passphrase(self, prompt: str = "passphrase") -> str:
        """The passphrase: from KEYHOLDER_PASSPHRASE_FILE where it is set, else asked for."""
        file = self.settings.passphrase_file
        if file is None and not self.terminal.can_ask():
            from vault.errors import Locked

            way = "run it on a terminal, or name a file with the passphrase in KEYHOLDER_PASSPHRASE_FILE"
            raise Locked("the keys are locked, and nobody can be asked for the passphrase", hint=way)
        source = f"@{file}" if file else None
        return self.terminal.read_secret(source, prompt, option="KEYHOLDER_PASSPHRASE_FILE")


LOOKS_BACK = frozenset({"list", "show"})


class Verb(click.Command):
    """A command with the common options, an example in its help, and an App as its first argument.

    ``looks_back`` says whether it shows the register, and so has --as-of: every `list` and `show` that does not say
    otherwise.
    """

    def __init__(
        self, name: str, *args: Any, example: str, looks_back: bool | None = None, **kw: Any
    ) -> None:
        self.looks_back = name in LOOKS_BACK if looks_back is None else looks_back
        kw["params"] = [*(kw.get("params") or []), *([_as_of()] if self.looks_back else []), *_common()]
        super().__init__(name, *args, **kw)
        self.example = example

    def invoke(self, ctx: click.Context) -> object:
        context = context_of(ctx)
        form = ctx.params.pop("format") or context.settings.format
        no_input = ctx.params.pop("no_input")
        as_of = ctx.params.pop("as_of", None)
        terminal = context.terminal.for_command(no_input=no_input)
        ctx.params["app"] = App(
            context=context, out=Out(form), terminal=terminal, no_input=no_input, as_of=as_of
        )
        return super().invoke(ctx)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        with formatter.section("Example"):
            for line in self.example.strip().splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line.strip()}\n")


def _common() -> list[click.Parameter]:
    words = "How the answer is written; else KEYHOLDER_FORMAT, else table."
    return [
        click.Option(["--format"], type=click.Choice(FORMATS), help=words),
        click.Option(["--no-input"], is_flag=True, help="Never ask: fail and name the option instead."),
    ]


class Noun(click.Group):
    """A group of verbs."""

    command_class = Verb


Noun.group_class = Noun


def group(name: str) -> Callable[[Callable[[], None]], click.Group]:
    """A noun; its verbs follow with `@noun.command(…, example=…)`."""
    return click.group(name, cls=Noun)


def command(
    name: str, *, example: str, looks_back: bool | None = None
) -> Callable[[Callable[..., None]], click.Command]:
    """A command without a noun: status, init and the like."""
    return click.command(name, cls=Verb, example=example, looks_back=looks_back)


class Moment(click.ParamType[Any]):
    """A date or a time as typed in the United Kingdom, to aware UTC. A fact's: not in the future."""

    name = "date or time"

    def __init__(self, *, end_of_day: bool = False) -> None:
        self.end_of_day = end_of_day

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from cli.when import parse_moment
        from vault.domain import happened

        now = _now(ctx)
        if self.end_of_day:
            return _worded(param, lambda: parse_moment(str(value), now=now, end_of_day=True))
        return _worded(param, lambda: happened.at(parse_moment(str(value), now=now), now=now))


class Day(click.ParamType[Any]):
    """A calendar day as typed in the United Kingdom. A fact's: not in the future; one `ahead`: not past."""

    name = "date"

    def __init__(self, *, ahead: bool = False) -> None:
        self.ahead = ahead

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from cli.when import parse_day, today_or_after
        from vault.domain import happened

        now = _now(ctx)
        if self.ahead:
            return _worded(param, lambda: today_or_after(parse_day(str(value), now=now), now=now))
        return _worded(param, lambda: happened.on(parse_day(str(value), now=now), now=now))


_T = TypeVar("_T")


def _worded(param: click.Parameter | None, parse: Callable[[], _T]) -> _T:
    """Say which option was meant: a command may have several dates."""
    from vault.errors import UsageProblem

    try:
        return parse()
    except UsageProblem as error:
        name = (
            param.opts[-1] if isinstance(param, click.Option) else param.human_readable_name if param else ""
        )
        raise UsageProblem(f"{name}: {error.message}" if name else error.message, hint=error.hint) from None


def _now(ctx: click.Context | None) -> datetime:
    if ctx is None:
        raise TypeError("a date is parsed inside a command, which has the clock")
    return context_of(ctx).clock()


MOMENT = Moment()
DAY = Day()
DAY_AHEAD = Day(ahead=True)


class AsOf(click.ParamType[Any]):
    """Where to look back to: a time (a day is its last second), or the number of an entry."""

    name = "date or entry"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | int:
        text = str(value).strip()
        if text.isascii() and text.isdigit():
            return int(text)
        return Moment(end_of_day=True).convert(value, param, ctx)


def _as_of() -> click.Option:
    words = "The register as it was: at the end of that day, at that time, or after that entry of the log."
    return click.Option(["--as-of"], type=AsOf(), metavar="DATE|ENTRY", help=words)


def plan(function: _F) -> _F:
    """`--plan`, handed over as `plan: bool`."""
    return click.option("--plan", is_flag=True, help="Show what would be recorded, and write nothing.")(
        function
    )


def to_pipe(function: _F) -> _F:
    """`--to-pipe`, handed over as `to_pipe: bool`, for every command that shows a secret."""
    words = "Write the bare secret to stdout, which must be a pipe or a file."
    return click.option("--to-pipe", is_flag=True, help=words)(function)
