"""From an exception to words: what happened, the clause where one forbids it, what to do next.

    keyholder: error: the line manager's approval is not recorded
    keyholder: clause: 4.2
    keyholder: next: record it with `keyholder account approve REQUEST`

With `--format json` the same as one object: {"error": {"code", "message", "hint", "clause", "exit"}}.

Foreign exceptions are recognised by the name of their class: to tell a locked database from a full disk loads
no database driver. Their own words are never shown: a driver prints its parameters, and a parsed value may be
a secret. Of an unexpected error only the type and the place are named.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.clean import clean, escape
from cli.settings import wants_debug, wants_json
from vault.errors import Busy, FindingsExist, IntegrityError, UsageProblem, VaultError

if TYPE_CHECKING:
    from cli.context import Context

INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One error, ready to be said."""

    code: str
    message: str
    exit_code: int
    hint: str = ""
    clause: str = ""

    def lines(self) -> list[str]:
        word = "attention" if self.exit_code == FindingsExist.exit_code else "error"
        said = ((word, self.message), ("clause", self.clause), ("next", self.hint))
        return [f"keyholder: {label}: {clean(text)}" for label, text in said if text]

    def as_json(self) -> str:
        import json

        fields = {"code": self.code, "message": self.message, "hint": self.hint, "clause": self.clause}
        return escape(json.dumps({"error": {**fields, "exit": self.exit_code}}, ensure_ascii=False))


def report(error: BaseException, args: Sequence[str], context: Context | None) -> int:
    """Say it on stderr and return the exit code."""
    _settle_stdout()
    if isinstance(error, BrokenPipeError):
        return VaultError.exit_code  # whoever read our output has gone (`| head`), and needs no words
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    failure = explain(error, changed=context is not None and context.changed)
    as_json = wants_json(args)
    sys.stderr.write((failure.as_json() if as_json else "\n".join(failure.lines())) + "\n")
    if failure.code == "internal" and wants_debug():
        _print_calls(error)
    return failure.exit_code


def explain(error: BaseException, *, changed: bool = False) -> Failure:
    """The words for an exception. `changed` is whether something was recorded before an interrupt."""
    if isinstance(error, KeyboardInterrupt | EOFError | click.Abort):
        return _interrupted(changed=changed)
    known = _ours(error) or _audit(error) or _click(error) or _database(error) or _system(error)
    return known or _internal(error)


def _ours(error: BaseException) -> Failure | None:
    if not isinstance(error, VaultError):
        return None
    return _as(type(error), error.message, hint=error.hint, clause=error.clause)


def _as(kind: type[VaultError], message: str, *, hint: str = "", clause: str = "") -> Failure:
    return Failure(code=kind.code, message=message, exit_code=kind.exit_code, hint=hint, clause=clause)


def _interrupted(*, changed: bool) -> Failure:
    state = "what was recorded before stays recorded" if changed else "nothing was changed"
    hint = "`keyholder status` says what is open" if changed else ""
    return Failure(code="interrupted", message=f"interrupted: {state}", exit_code=INTERRUPTED, hint=hint)


def _is(error: BaseException, module: str, name: str) -> bool:
    return any(kind.__module__ == module and kind.__name__ == name for kind in type(error).__mro__)


def _audit(error: BaseException) -> Failure | None:
    if not _is(error, "audit.errors", "AuditError"):
        return None
    hint = getattr(error, "hint", "") or "change nothing, keep a copy, and tell the auditor"
    return _as(IntegrityError, str(error), hint=hint)


def _click(error: BaseException) -> Failure | None:
    if not isinstance(error, click.ClickException):
        return None
    message = error.format_message().removesuffix(".")
    hint = ""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        hint = f"see `{error.ctx.command_path} --help`"
    if isinstance(error, click.NoSuchOption | click.exceptions.NoSuchCommand):
        message = error.message.removesuffix(".")
        hint = _did_you_mean(error.possibilities) or hint
    kind = UsageProblem if isinstance(error, click.UsageError) else VaultError
    return _as(kind, message[:1].lower() + message[1:], hint=hint)


def _did_you_mean(names: Sequence[str] | None) -> str:
    """Everything has --help: that it is spelled a little alike tells nobody anything."""
    near = [name for name in names or () if name != "--help"]
    return f"did you mean {' or '.join(repr(name) for name in near)}?" if near else ""


# SQLite's result codes, by the beginning of their names, so that extended codes are covered.
_SQLITE: tuple[tuple[str, type[VaultError], str, str], ...] = (
    ("SQLITE_BUSY", Busy, "somebody else is writing; nothing was changed", "try again"),
    ("SQLITE_LOCKED", Busy, "somebody else is writing; nothing was changed", "try again"),
    ("SQLITE_READONLY", VaultError, "the database cannot be written", "check its owner, mode and disk"),
    ("SQLITE_FULL", VaultError, "the disk is full; nothing was changed", "make room and try again"),
    ("SQLITE_CANTOPEN", VaultError, "the database cannot be opened", "check its path, owner and mode"),
    ("SQLITE_IOERR", VaultError, "the disk failed while the database was used", "check the disk"),
    ("SQLITE_CORRUPT", IntegrityError, "the database file is damaged", "keep it; take the last good copy"),
    ("SQLITE_NOTADB", IntegrityError, "the file is not a database", "check KEYHOLDER_VAULT"),
)
# PostgreSQL's: serialization failure, deadlock, lock not available.
_POSTGRES_BUSY = frozenset({"40001", "40P01", "55P03"})


def _database(error: BaseException) -> Failure | None:
    cause = getattr(error, "orig", None) or error  # SQLAlchemy keeps the driver's own error there
    if getattr(cause, "sqlstate", None) in _POSTGRES_BUSY:
        return _as(Busy, "somebody else is writing; nothing was changed", hint="try again")
    if _is(cause, "sqlite3", "DatabaseError"):
        name = getattr(cause, "sqlite_errorname", None) or ""
        for beginning, kind, message, hint in _SQLITE:
            if name.startswith(beginning):
                return _as(kind, message, hint=hint)
    elif _is(error, "sqlalchemy.exc", "OperationalError"):
        return _as(VaultError, "the database does not answer", hint="check KEYHOLDER_VAULT and the server")
    return None


_SYSTEM = {
    errno.ENOSPC: ("the disk is full", "make room and try again"),
    errno.EDQUOT: ("the disk quota is used up", "make room and try again"),
    errno.EACCES: ("permission denied", "check the owner and mode"),
    errno.EPERM: ("not permitted", "check the owner and mode"),
    errno.EROFS: ("the file system is read-only", "choose another place"),
    errno.ENOENT: ("no such file or directory", "check the path"),
    errno.EEXIST: ("it exists already", "choose another name"),
    errno.EISDIR: ("it is a directory", "name a file"),
    errno.EBADF: ("standard input or output is closed", "leave it open, or name a file"),
    errno.ENOTDIR: ("a part of the path is not a directory", "check the path"),
}


def _system(error: BaseException) -> Failure | None:
    if not isinstance(error, OSError) or error.errno is None:
        return None
    message, hint = _SYSTEM.get(error.errno, (os.strerror(error.errno).lower(), ""))
    where = (
        f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes | os.PathLike) else ""
    )
    return _as(VaultError, where + message, hint=hint)


def _internal(error: BaseException) -> Failure:
    message = f"internal error ({type(error).__name__} at {_place(error)})"
    hint = "report it; KEYHOLDER_DEBUG=1 names the calls that led there, never values"
    return Failure(code="internal", message=message, exit_code=1, hint=hint)


_OURS = ("cli", "vault", "audit")


def _place(error: BaseException) -> str:
    """The innermost call in our own code, else the innermost of all."""
    calls = _calls(error)
    own = [call for call in calls if call.split("/")[0] in _OURS]
    return (own or calls or ["an unknown place"])[-1]


def _calls(error: BaseException) -> list[str]:
    import traceback

    frames = traceback.walk_tb(error.__traceback__)
    return [f"{_short(frame.f_code.co_filename)}:{line}" for frame, line in frames]


def _short(file: str) -> str:
    parts = Path(file).parts
    starts = [place for place, part in enumerate(parts[:-1]) if part in _OURS]
    return "/".join(parts[starts[-1] :] if starts else parts[-2:])


def _print_calls(error: BaseException) -> None:
    """The calls and the types of the whole chain: no values, and no message, which may hold one."""
    cause: BaseException | None = error
    while cause is not None:
        lines = [f"  {type(cause).__module__}.{type(cause).__name__}", *(f"    {c}" for c in _calls(cause))]
        sys.stderr.write("\n".join(lines) + "\n")
        cause = cause.__cause__ or cause.__context__


def _settle_stdout() -> None:
    """What was answered comes before the error. A full disk or a closed pipe must not be met again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
