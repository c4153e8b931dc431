"""Who may witness the log, and what may be said to have been seen of it."""

from __future__ import annotations

from tests.domain.examples import AT, attend, cosignature
from tests.domain.fold import TIME, b64, force, per, wit

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


def test_two_administrators_name_a_witness() -> None:
    """Until the second has said so it cosigns nothing; the same id, name or key is not named twice in between."""
    scene = force()
    named = {"name": "witness/" + "1" * 16, "key": b64("one")}
    first = scene.do("witness.added", wit("one"), **named)
    assert scene.reg.find("witness") == []
    scene.void("head.cosigned", wit("one"), by="hal", **SEEN)
    others = [
        scene.do("witness.added", subject, **{**named, **other})
        for subject, other in (
            (wit("one"), {"name": "witness/" + "2" * 16, "key": b64("two")}),
            (wit("two"), {"key": b64("two")}),
            (wit("two"), {"name": "witness/" + "2" * 16}),
        )
    ]
    assert "another person" in scene.void("entry.confirmed", "", by="ada", entry=first)
    confirmed = scene.do("entry.confirmed", "", by="bea", entry=first)
    assert scene.row("witness")["added"] == confirmed
    scene.do("head.cosigned", wit("one"), by="hal", **SEEN)
    for entry in others:
        assert "was added before" in scene.void("entry.confirmed", "", by="bea", entry=entry)


def test_a_lone_administrator_names_a_witness() -> None:
    """There is nobody to ask; whoever sent the other away is not alone by that."""
    scene = force()
    scene.do("role.ended", per("bea"), role="administrator")
    scene.do("witness.added", wit("one"), name="witness/" + "1" * 16, key=b64("one"))
    assert scene.reg.find("witness") == []
    scene = force()
    scene.do("person.left", per("bea"), by="bea", **AT)
    scene.do("witness.added", wit("one"), name="witness/" + "1" * 16, key=b64("one"))
    assert [row["id"] for row in scene.reg.find("witness")] == [wit("one")]


def test_one_administrator_removes_a_witness() -> None:
    """At once: what is missing is seen in `status`, and is no false comfort."""
    scene = force()
    attend(scene)
    removed = scene.do("witness.removed", wit("one"), by="bea")
    assert scene.row("witness")["removed"] == removed


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
