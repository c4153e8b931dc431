"""A secret does not show itself by accident."""

from __future__ import annotations

import copy
import json
import logging
import pickle

import pytest

from vault.crypto.secret import Secret

MARKER = "hunter2-hunter2"


@pytest.mark.parametrize("value", [MARKER, MARKER.encode(), ""])
def test_reveal_gives_the_value_back(value):
    """What goes in comes out, text as text and bytes as bytes."""
    assert Secret(value).reveal() == value


def test_it_never_prints(caplog):
    """No way of turning it into text shows the value."""
    secret = Secret(MARKER)
    logging.getLogger("test").warning("%s %r", secret, secret)
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret:>30}",
        f"{[secret]}",
        f"{secret!s}",
        caplog.text,
    ]
    assert all("<secret>" in text for text in shown)
    assert not any(MARKER in text for text in shown)


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_it_is_not_written_out(write):
    """Pickling, copying and JSON are refused, without the value in the refusal."""
    with pytest.raises(TypeError) as refusal:
        write(Secret(MARKER))
    assert MARKER not in str(refusal.value)


def test_it_has_no_attributes_to_dump():
    """vars() finds nothing, and no other attribute can be hung on it."""
    with pytest.raises(TypeError):
        vars(Secret(MARKER))
    with pytest.raises(AttributeError):
        Secret(MARKER).note = "x"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("other", "equal"),
    [(Secret("a"), True), (Secret("b"), False), (Secret("ab"), False), (Secret(b"a"), False), ("a", False)],
)
def test_equality(other, equal):
    """Equal only to a secret of the same type and value; not to the value itself."""
    assert (Secret("a") == other) is equal
    assert (Secret("a") != other) is not equal


def test_equality_of_any_text():
    """Text that UTF-8 does not have (a terminal's stray bytes) compares without an error that quotes it."""
    assert Secret("\udc80") == Secret("\udc80")
    assert Secret("\udc80") != Secret("\udc81")


def test_it_is_not_hashable():
    """It cannot be a key of a cache."""
    with pytest.raises(TypeError):
        hash(Secret("a"))
