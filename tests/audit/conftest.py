"""What more than one file of witness tests starts from."""

from __future__ import annotations

import pytest

from tests.audit.witnesses import MADE, introduce, witness


@pytest.fixture
def one(tmp_path):
    """A witness that has read the first four commits."""
    found = witness(tmp_path / "w")
    introduce(found, tmp_path / "first", MADE[:4])
    return found
