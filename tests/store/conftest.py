"""One cluster for the whole session, and one fresh shared database for each test and engine."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.doors import postgres_cluster, postgres_url

_numbers = itertools.count()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    with postgres_cluster() as socket:
        yield socket


@pytest.fixture(params=["file", "sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a vault can be made: a path, a SQLite URL, a PostgreSQL URL."""
    if request.param == "file":
        return str(tmp_path / "vault.db")
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'vault.db'}"
    return postgres_url(request.getfixturevalue("cluster"), f"kh{next(_numbers)}")
