"""Errors name the first bad entry."""

from __future__ import annotations

from audit.errors import AuditError, BadChain, Forked


def test_an_error_begins_with_the_entry_that_it_blames():
    """The position is in the words, and can be read on its own."""
    error = BadChain("it does not follow", seq=7)
    assert (str(error), error.message, error.seq) == ("entry 7: it does not follow", "it does not follow", 7)


def test_an_error_without_a_position_is_only_its_words():
    """Nothing is made up where no entry is to blame."""
    error = AuditError("the note is too long")
    assert (str(error), error.seq) == ("the note is too long", None)


def test_a_fork_carries_both_sides():
    """Both heads are kept, because together they are the evidence."""
    error = Forked("two roots", ours="a", theirs="b", seq=3)
    assert (error.ours, error.theirs, str(error)) == ("a", "b", "entry 3: two roots")
