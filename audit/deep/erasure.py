"""Whom sealed words concern, and their erasure: only what was first named about a leaver, only once.

The hashes of blobs are all that a log shows of words. Who names one first says what it is; a later entry that names
it about somebody else changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from audit.deep.forms import Void
from audit.deep.register import Register, Said, known

WORDS = ("details", "evidence", "consulted")
FAR = 8  # records may be about records without end
OTHERS = ("blob", "wrap", "predecessor", "document")


def remember(reg: Register, said: Said) -> None:
    """The blobs that an entry in force names, and whom the words among them concern."""
    names = [(said.data[field], True) for field in WORDS if field in said.data]
    names += [(said.data[field], False) for field in OTHERS if field in said.data]
    names += [(name, False) for name in said.data.get("seals", {}).values()]
    reg.documents |= {said.data["document"]} if "document" in said.data else set()
    for name, words in names:
        if name not in reg.blobs:
            reg.blobs[name] = frozenset(concerned(reg, said)) if words else frozenset()


def concerned(reg: Register, said: Said) -> Iterator[str]:
    """Who is named, or stands behind what is; but words of an account are not its asker's, who may leave it behind."""
    for value in (said.subject, *said.data.values()):
        for id_ in value if isinstance(value, list) else [value]:
            if isinstance(id_, str) and not (id_ in reg.requests and said.subject in reg.accounts):
                yield from _behind(reg, id_)


def _behind(reg: Register, id_: str) -> set[str]:
    """A person, or whoever stands at most eight steps behind the thing with that id."""
    met: set[str] = set()
    ahead = {id_}
    for _ in range(FAR + 1):
        met |= ahead
        ahead = {each for one in ahead for each in _next(reg, one) if each} - met
    return {one for one in met if one.startswith("per-")}


def _next(reg: Register, id_: str) -> tuple[str | None, ...]:
    """The owner, author or asker of a thing, or what it is about."""
    if id_ in reg.devices:
        return (reg.devices[id_].person,)
    if id_ in reg.authors:
        return reg.authors[id_]
    if id_ in reg.requests:
        return reg.requests[id_].requester, reg.requests[id_].person
    if id_ in reg.grants:
        return (reg.grants[id_].person,)
    return (reg.keysets[id_].person,) if id_ in reg.keysets else ()


def erased(reg: Register, said: Said) -> None:
    if known(reg.people, said.subject, "the person").state != "left":
        raise Void("the person has not left")
    for name in said.data["blobs"]:
        if name in reg.documents:
            raise Void("a policy document is named, whose text is nobody's words")
        if said.subject not in reg.blobs.get(name, ()) or name in reg.erased:
            raise Void("something is named that is not about the person, or was erased before")
    reg.erased |= set(said.data["blobs"])


RULES = {"person.erased": erased}
