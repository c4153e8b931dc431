"""The shared database behind a URL, through SQLAlchemy Core. The statements stay those of `shared`.

SQLAlchemy takes a third of a second to import, so this file is loaded for a URL only; a SQLite path never pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from vault.errors import Busy, IntegrityError, NotFound, VaultError
from vault.store.shared import Door, Rows


def _plain(problem: SQLAlchemyError) -> VaultError:
    """Our words for what the server said; its own text may hold parameters and is never passed on."""
    text_ = str(getattr(problem, "orig", "")).lower()
    if "lock" in text_ or "could not serialize" in text_ or "deadlock" in text_:
        return Busy("somebody else is writing to the vault", hint="try again in a moment")
    if isinstance(problem, OperationalError):
        return NotFound("the vault's database does not answer", hint="check KEYHOLDER_VAULT and the network")
    if isinstance(problem, DBAPIError):
        return IntegrityError("the database refused or contradicts the vault's tables")
    return VaultError("the database driver failed; nothing was changed")


class ServerDoor:
    """A `Door` through SQLAlchemy. A write takes an exclusive lock on the log first."""

    def __init__(self, url: str, *, create: bool = False, engine: Engine | None = None) -> None:
        self._engine = engine or create_engine(url, hide_parameters=True, pool_pre_ping=True)
        self._url = url
        self._conn: Connection | None = None
        if create:
            self._create()

    def _create(self) -> None:
        statements = (Path(__file__).parent / "shared.sql").read_text()
        lines = [line for line in statements.splitlines() if not line.lstrip().startswith("--")]
        try:
            with self._engine.begin() as conn:
                for statement in "\n".join(line.partition("--")[0] for line in lines).split(";"):
                    if statement.strip():
                        conn.execute(text(statement))
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
            if not writing:
                self._connection().rollback()
        except SQLAlchemyError as problem:
            raise _plain(problem) from None
        return rows

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
                conn.execute(text("LOCK TABLE commits IN EXCLUSIVE MODE"))
            else:
                conn.exec_driver_sql("BEGIN IMMEDIATE")
        except SQLAlchemyError as problem:
            raise _plain(problem) from None

    def commit(self) -> None:
        try:
            self._connection().commit()
        except SQLAlchemyError as problem:
            raise _plain(problem) from None

    def rollback(self) -> None:
        if self._conn is not None:
            self._conn.rollback()

    def close(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None
        self._engine.dispose()

    def again(self) -> Door:
        """A second, independent connection: what was written is read back through it."""
        return ServerDoor(self._url, engine=self._engine)
