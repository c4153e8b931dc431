"""The shared database behind a URL, through SQLAlchemy Core. The statements stay those of `shared`.

SQLAlchemy takes a third of a second to import, so this file is loaded for a URL only; a SQLite path never pays.
Transactions begin and end where `Door` says so, not where a driver guesses: SQLite's own driver is put into
autocommit, and each read outside of a write gives its snapshot back at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from vault.errors import Busy, IntegrityError, NotFound, UsageProblem, VaultError
from vault.store import sqlite
from vault.store.shared import Door, Rows

HERE = Path(__file__).parent
_BUSY = ("locked", "lock timeout", "could not serialize", "deadlock", "could not obtain lock")


def _plain(problem: SQLAlchemyError) -> VaultError:
    """Our words for what the server said; its own text may hold parameters and is never passed on."""
    text_ = str(getattr(problem, "orig", "")).lower()
    if any(words in text_ for words in _BUSY):
        return Busy("somebody else is writing to the vault", hint="try again in a moment")
    if isinstance(problem, OperationalError):
        return NotFound("the vault's database does not answer", hint="check KEYHOLDER_VAULT and the network")
    if isinstance(problem, DBAPIError):
        return IntegrityError("the database refused or contradicts the vault's tables")
    return VaultError("the database driver failed; nothing was changed")


def engine_for(url: str, *, create: bool = False) -> Engine:
    """An engine for a database URL; a SQLite file in it is treated with the same distrust as a path."""
    try:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ImportError):
        # The URL may hold a password: it is not repeated.
        raise UsageProblem(
            "KEYHOLDER_VAULT is not a database URL that this installation can use",
            hint="the driver that it names must be installed, for example: pip install psycopg",
        ) from None
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        sqlite.refuse_network_share(path.absolute())
        if not create and not path.is_file():
            raise NotFound(
                f"there is no vault at {path}",
                hint="check KEYHOLDER_VAULT; a vault that was lost comes back from a backup: keyholder restore FILE",
            )
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    sqlite.distrust(raw)


class ServerDoor:
    """A `Door` through SQLAlchemy. A write takes an exclusive lock on the log first."""

    def __init__(self, url: str, *, create: bool = False, engine: Engine | None = None) -> None:
        self._owns = engine is None
        self._engine = engine or engine_for(url, create=create)
        self._url = url
        self._conn: Connection | None = None
        if create:
            self._create()

    def _create(self) -> None:
        try:
            if inspect(self._engine).has_table("entries"):
                return  # whether it is empty is for the caller to ask
            with self._engine.begin() as conn:
                if self._engine.dialect.name == "sqlite":
                    conn.exec_driver_sql("BEGIN IMMEDIATE")
                for statement in _statements(self._engine.dialect.name):
                    conn.exec_driver_sql(statement)
        except SQLAlchemyError as problem:
            raise _plain(problem) from None

    def _connection(self) -> Connection:
        if self._conn is None:
            self._conn = self._engine.connect()
        return self._conn

    def read(self, sql: str, /, **values: Any) -> Rows:
        writing = self._conn is not None and self._conn.in_transaction()
        try:
            rows = [tuple(row) for row in self._connection().execute(text(sql), values)]
        except SQLAlchemyError as problem:
            raise _plain(problem) from None
        finally:
            if not writing:
                self.rollback()
        return rows

    def read_among(self, sql: str, names: Sequence[str], /) -> Rows:
        marks = ", ".join(f":n{i}" for i in range(len(names)))
        return self.read(f"{sql} ({marks})", **{f"n{i}": name for i, name in enumerate(names)})

    def write(self, sql: str, rows: Sequence[dict[str, Any]], /) -> None:
        if rows:
            try:
                self._connection().execute(text(sql), list(rows))
            except SQLAlchemyError as problem:
                raise _plain(problem) from None

    def begin(self) -> None:
        try:
            conn = self._connection()
            if self._engine.dialect.name == "postgresql":
                conn.exec_driver_sql(f"SET LOCAL lock_timeout = {sqlite.BUSY_MS:d}")
                conn.exec_driver_sql("LOCK TABLE commits IN EXCLUSIVE MODE")
            else:
                conn.exec_driver_sql("BEGIN IMMEDIATE")
        except SQLAlchemyError as problem:
            self.rollback()
            raise _plain(problem) from None

    def commit(self) -> None:
        try:
            self._connection().commit()
        except SQLAlchemyError as problem:
            raise _plain(problem) from None

    def rollback(self) -> None:
        if self._conn is not None:
            try:
                self._conn.rollback()
            except SQLAlchemyError as problem:
                raise _plain(problem) from None

    def close(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None
        if self._owns:
            self._engine.dispose()

    def scrub(self) -> bool:
        """What was deleted stays in the server's files until it cleans them: nothing is promised."""
        return False

    def again(self) -> Door:
        """A second, independent connection: what was written is read back through it."""
        return ServerDoor(self._url, engine=self._engine)


def _statements(dialect: str) -> list[str]:
    """The shared tables and their guards for a dialect, one statement each."""
    guards = HERE / f"guards.{dialect}.sql"
    both = (HERE / "shared.sql").read_text() + (guards.read_text() if guards.exists() else "")
    plain = re.sub(r"--[^\n]*", "", both)
    return [part.strip() for part in re.split(r"^(?=CREATE )", plain, flags=re.MULTILINE) if part.strip()]
