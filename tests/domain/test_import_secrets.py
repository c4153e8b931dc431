"""Several rows for one account: whose secret goes in, and which one is said to go nowhere."""

from __future__ import annotations

from tests.domain.test_imports import read
from vault.domain.import_secrets import filled, not_going_in
from vault.domain.imports import Outcome

HEAD = "platform,handle,password,totp\n"


def test_an_empty_cell_is_filled_from_the_row_that_repeats_it() -> None:
    """The first row that has a component gives it, whichever row it is; the row says so."""
    made = filled(read(HEAD + "x,a,,\nx,A,one,\nx,a,two,seed\n"))
    first, second, third = made.rows
    assert first.secrets == {"password": "one", "totp": "seed"}
    assert second.warnings == ("its password is taken: row 2 has none",)
    assert third.warnings == ("its totp is taken: row 2 has none",)
    assert not_going_in(made, [first]) == {4: ("password",)}


def test_what_the_first_row_has_is_not_replaced() -> None:
    """The first one counts; a different one is named, the same one is not."""
    made = filled(read(HEAD + "x,a,one,\nx,A,two,\nx,a,one,\n"))
    assert made.rows[0].secrets == {"password": "one"}
    assert not_going_in(made, [made.rows[0]]) == {3: ("password",)}


def test_an_account_that_has_a_secret_takes_none() -> None:
    """Without a deposit every row's secret goes nowhere; a row without one is never named."""
    made = filled(read(HEAD + "x,a,one,\nx,a,,\nx,b,,\nx,a,two,\n"))
    assert not_going_in(made, []) == {2: ("password",), 5: ("password",)}


def test_a_row_that_is_not_understood_gives_nothing() -> None:
    """It is left over as a whole, and named elsewhere."""
    made = filled(read(HEAD + "nowhere,a,one,\nx,a,,\n"))
    assert made.rows[0].outcome is Outcome.NOT_UNDERSTOOD
    assert made.rows[1].secrets == {}
    assert not_going_in(made, []) == {}
