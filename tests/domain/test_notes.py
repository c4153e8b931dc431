"""Notes and corrections: every way in which one is void, and what each keeps."""

from __future__ import annotations

import pytest

from tests.domain.examples import Refused, named
from tests.domain.fold import b64, force, note, per

CASES = [
    Refused(
        "an id twice",
        "note.made",
        "made before",
        after=lambda s: s.do("note.made", note("one"), details=b64("x")),
    ),
    Refused(
        "an id twice",
        "entry.corrected",
        "made before",
        after=lambda s: s.do("note.made", note("one"), details=b64("x")),
    ),
    Refused("itself", "entry.corrected", "only an earlier entry", lambda s: {"entry": s.seq}),
    Refused("a later one", "entry.corrected", "only an earlier entry", {"entry": 999}),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_what_is_kept() -> None:
    """A note is about a thing, a correction about an entry."""
    scene = force()
    scene.do("note.made", note("a"), by="hal", details=b64("x"), about=per("ned"))
    scene.do("entry.corrected", note("b"), by="hal", details=b64("x"), entry=2)
    assert [(row["about"], row["entry"]) for row in scene.reg.find("note")] == [(per("ned"), None), (None, 2)]
