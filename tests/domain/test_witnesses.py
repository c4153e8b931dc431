"""Who may witness the log, and what may be said to have been seen of it."""

from __future__ import annotations

from tests.domain.examples import attend, cosignature
from tests.domain.fold import TIME, b64, force, wit

EARLIER = "2026-11-20T09:59:59Z"
SEEN = {"size": 5, "at": TIME, "cosignature": cosignature(TIME)}


def test_a_name_and_a_key_are_used_once() -> None:
    """Also after the witness was removed: two lines with one name would be of two keys."""
    scene = force()
    attend(scene)
    scene.do("witness.removed", wit("one"))
    for name, key in (("1", "two"), ("2", "one")):
        scene.void("witness.added", wit("two"), name="witness/" + name * 16, key=b64(key))
    scene.do("witness.added", wit("two"), name="witness/" + "2" * 16, key=b64("two"))


def test_a_removed_witness_cosigns_no_more() -> None:
    """And is not removed twice."""
    scene = force()
    attend(scene)
    scene.do("head.cosigned", wit("one"), by="hal", **SEEN)
    scene.do("witness.removed", wit("one"))
    scene.void("head.cosigned", wit("one"), by="hal", **SEEN)
    scene.void("witness.removed", wit("one"))


def test_only_what_was_there_was_seen() -> None:
    """A head has at least one entry, and none that comes after the entry that speaks of it."""
    scene = force()
    attend(scene)
    for size in (0, scene.seq + 9, 2**53 - 1):
        scene.void("head.cosigned", wit("one"), **{**SEEN, "size": size})
        scene.void("head.anchored", "", size=size, at=TIME, token=b64("token"))
    scene.do("head.cosigned", wit("one"), **{**SEEN, "size": scene.seq})
    scene.do("head.anchored", "", size=scene.seq, at=TIME, token=b64("token"))


def test_the_time_is_the_one_in_the_cosignature() -> None:
    """What is listed is what was signed, whatever the entry says beside it."""
    scene = force()
    attend(scene)
    for at in (EARLIER, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert "time" in scene.void("head.cosigned", wit("one"), **{**SEEN, "at": at})
