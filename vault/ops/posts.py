"""Posts: line manager, Head of Department, account administrator of …; held from a day to a day.

A post is a code. Those that the document names are known by it; another one is taken too, because a force has
posts that its document does not mention, and is reported so that a slip is seen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import events, happened
from vault.domain.kinds import words
from vault.errors import UsageProblem
from vault.ops.people import present

if TYPE_CHECKING:
    from vault.ops.session import Vault


@dataclass(frozen=True, slots=True)
class PostChange:
    """What was recorded, and whether the document knows the post."""

    person: str
    post: str
    scope: str | None
    day: str
    known: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        return self.post in self.known


def code_of(post: str) -> str:
    """The code of a post as it was typed: `Line Manager` is line_manager."""
    code = "_".join(post.replace("-", " ").split()).lower()
    if events.code(code) is not None:
        raise UsageProblem(f"{post} is not a post", hint="a post is a code such as line_manager")
    return code


def named(vault: Vault, post: str) -> str:
    """The code of a post that a document in force names; a slip is refused with those that there are."""
    code = code_of(post)
    known = sorted({one for document in (vault.profile, *vault.guides) for one in words.posts(document)})
    if known and code not in known:
        raise UsageProblem(f"no document in force names the post {code}", hint=f"one of {', '.join(known)}")
    return code


def give(
    vault: Vault, *, person: str, post: str, scope: str | None = None, since: dt.date | None = None
) -> PostChange:
    """Somebody holds a post from a day on, which may be past."""
    return _change(vault, "post.given", person=person, post=post, scope=scope, since=since)


def end(
    vault: Vault, *, person: str, post: str, scope: str | None = None, until: dt.date | None = None
) -> PostChange:
    """Somebody holds a post no more."""
    return _change(vault, "post.ended", person=person, post=post, scope=scope, until=until)


def _change(
    vault: Vault, event: str, *, person: str, post: str, scope: str | None, **day: dt.date | None
) -> PostChange:
    vault.require_role(*events.STAFF)
    code, what = code_of(post), find_scope(vault, scope)
    who = present(vault, person) if event == "post.given" else vault.names.find("person", person)
    with vault.change() as tx:
        days = {field: tx.day(value) for field, value in day.items()}
        held = tx.state.find("post", person=who, post=code, scope=what, until=None)
        if "until" in days and held:
            happened.ended(days["until"], since=held[0]["since"])
        tx.emit(event, who, post=code, scope=what, **days)
    return PostChange(who, code, what, next(iter(days.values())), words.posts(vault.profile))


def find_scope(vault: Vault, given: str | None) -> str | None:
    """The account or team that a post is for: `platform/handle` is an account, anything else a team's name."""
    if given is None:
        return None
    kind = "account" if "/" in given or given.startswith("acc-") else "team"
    return vault.names.find(kind, given)
