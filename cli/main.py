"""`keyholder NOUN VERB`: the console entry, and the only place where an error becomes words for a person.

    - `keyholder --help` is answered from NOUNS alone: no noun is imported before it is used (start-up time)
    - every command runs inside one Boundary: whatever is raised leaves as words on stderr and an exit code
    - stdout is flushed inside the Boundary too: a full disk or a closed pipe is an exit code, not a traceback

Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, 5 locked, 6 integrity, 7 findings, 75 busy,
130 interrupted.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import click

from cli import __version__

if TYPE_CHECKING:
    from types import TracebackType

    from click.shell_completion import CompletionItem

    from cli.context import Context

# noun: (module, attribute, one-line help), in the order in which somebody meets them
NOUNS: dict[str, tuple[str, str, str]] = {
    "init": ("cli.init", "init", "make a new vault and its first administrator"),
    "invite": ("cli.ceremony", "invite", "invite somebody to become a member"),
    "join": ("cli.ceremony", "join", "answer an invitation: make keys on this machine"),
    "admit": ("cli.ceremony", "admit", "admit somebody who asked to join"),
    "confirm": ("cli.ceremony", "confirm", "confirm, as a second administrator, what waits for one"),
    "recover": ("cli.recovery", "recover", "re-admit an administrator with the recovery kit"),
    "recovery": ("cli.recovery", "recovery", "the recovery kit: who saw it, make another"),
    "passphrase": ("cli.passphrase", "passphrase", "change the passphrase of this machine's keys"),
    "shell": ("cli.shell", "shell", "unlock once and give commands line by line"),
    "status": ("cli.status", "status", "what needs attention: findings, overdue work, void entries"),
    "due": ("cli.due", "due", "what falls due, for whom and by when; as a calendar file, too"),
    "doctor": ("cli.status", "doctor", "check this machine, the database and the keys"),
    "person": ("cli.person", "person", "people known to the vault, and members"),
    "post": ("cli.post", "post", "posts that people hold: line manager, Digital Media Lead and others"),
    "team": ("cli.team", "team", "owning teams, and the epochs of the two key teams"),
    "account": ("cli.account", "account", "corporate accounts on the platforms"),
    "grant": ("cli.grant", "grant", "who may open an account, and by which way"),
    "device": ("cli.device", "device", "devices and keysets: enrol, lose, retire"),
    "claim": ("cli.claim", "claim", "reports by somebody without the right to make them facts"),
    "secret": ("cli.secret", "secret", "store and show the secrets of an account"),
    "rotation": ("cli.rotation", "rotation", "change what must be changed, step by step"),
    "exposure": ("cli.exposure", "exposure", "who could open and who did see which component"),
    "record": ("cli.record", "record", "what stands on record: training, attestations, agreements, notices"),
    "policy": ("cli.policy", "policy", "the policies, clause by clause, and how the register meets them"),
    "report": ("cli.report", "report", "one page for a head of department and for an auditor"),
    "audit": ("cli.audit", "audit", "verify, read, witness and export the log"),
    "note": ("cli.note", "note", "put a sealed note beside a subject"),
    "correct": ("cli.note", "correct", "correct an earlier entry by a later one"),
    "backup": ("cli.backup", "backup", "copy the vault to a file and check the copy"),
    "restore": ("cli.restore", "restore", "verify a backup, and put it where no vault is"),
}


class Root(click.Group):
    """The root group: names and one-line helps from NOUNS, modules only when a noun is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *NOUNS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or (load(cmd_name) if cmd_name in NOUNS else None)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but "did you mean" knows the nouns that are not loaded."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            names = self.list_commands(ctx)
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=names, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(noun, NOUNS[noun][2]) for noun in self.list_commands(ctx)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        nouns = [CompletionItem(n, help=row[2]) for n, row in NOUNS.items() if n.startswith(incomplete)]
        return nouns + click.Command.shell_complete(self, ctx, incomplete)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Leave through the Boundary; with standalone_mode=False errors reach the caller as they are."""
        if not extra.get("standalone_mode", True):
            return super().main(args, *rest, **extra)
        sys.exit(run(sys.argv[1:] if args is None else args, extra.get("obj")))


def load(noun: str) -> click.Command:
    """The command behind a noun. A hole in the table is our mistake, and is said to be one."""
    from importlib import import_module

    from vault.errors import VaultError

    module, attribute, _ = NOUNS[noun]
    try:
        command = getattr(import_module(module), attribute, None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        command = None
    if not isinstance(command, click.Command):
        raise VaultError(f"internal error: the command '{noun}' is not in this installation ({module})")
    return command


class Boundary:
    """Turns whatever is raised inside into words on stderr and into `exit_code`; never a traceback."""

    def __init__(self, args: Sequence[str]) -> None:
        self.args = args
        self.context: Context | None = None
        self.exit_code = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None or isinstance(error, SystemExit):
            return False
        from cli.failure import report

        self.exit_code = report(error, self.args, self.context)
        return True


def run(args: Sequence[str], context: Context | None = None) -> int:
    """One command line, to its exit code. The shell calls it for each line with its own context."""
    with Boundary(args) as boundary:
        from cli.context import Context

        boundary.context = context or Context()
        if args[:1] == ["help"]:  # what somebody types who has never seen it
            args = [*args[1:], "--help"]
        result = root.main(list(args), prog_name="keyholder", standalone_mode=False, obj=boundary.context)
        boundary.exit_code = result if isinstance(result, int) else 0
        sys.stdout.flush()
    return boundary.exit_code


@click.group(cls=Root, name="keyholder", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="keyholder", message="%(prog)s %(version)s")
@click.option(
    "--clock-is-right", is_flag=True, help="Write although this machine's clock is far from the newest entry."
)
@click.pass_context
def root(ctx: click.Context, *, clock_is_right: bool) -> None:
    """The keys of corporate accounts: who holds them, who may open them, who did."""
    if clock_is_right:
        from cli.options import context_of

        context_of(ctx).clock_confirmed = True


def main(argv: list[str] | None = None) -> None:
    """The console entry."""
    from cli.context import harden

    harden()
    # What a command makes lives until its end: looking for cycles among it every 700 objects finds nothing, and among
    # 50,000 it takes 13 ms of a list of 10,000 accounts. A shell that stays open still looks now and then.
    gc.set_threshold(200_000)
    code = run(sys.argv[1:] if argv is None else argv)
    # The process gives everything back at once: a search for cycles before that costs a tenth of a short command.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
