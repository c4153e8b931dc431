"""The register as it would be after one act, seen from that act alone: what gates ask the assessors of rules.

A gate does not judge by rules of its own. It shows an assessor the one account and the one person of the act, with the
grant or the account that the act would make, and refuses where the assessor finds a gap. So a gate and a report
cannot disagree, and an act costs the records of its own subjects, not the whole register.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from vault.domain.events import Register, Row
from vault.domain.kinds.case import END, Case, Mail

if TYPE_CHECKING:
    from vault.domain.policy import Profile

# The entry that the act would be: after all others, and before the end.
NEXT = END - 1


class Focus(Case):
    """One act's view. ``grant`` is what it would give, ``account`` may be one that it would open (``opening``).

    ``decision`` is what it would say of a request, ``term`` when the account would end.

    Only the act itself is judged as an act: what was late earlier is the report's, not this act's.
    """

    def __init__(
        self,
        reg: Register,
        profile: Profile,
        *,
        now: str,
        account: Row,
        person: str = "",
        grant: Row | None = None,
        decision: Row | None = None,
        opening: bool = False,
        term: Row | None = None,
        mails: Mapping[str, Mail] | None = None,
    ) -> None:
        super().__init__(reg, profile, now=now, since=NEXT, mails=mails)
        self.account, self.person, self.grant, self.opening = account, person, grant, opening
        self.decision, self.term = decision, term

    @cached_property
    def accounts(self) -> dict[str, Row]:
        """The account, if the document binds its force; beside it the others where their number counts."""
        bound = self.account["force"] in (None, *self.profile.forces)
        others = {}
        if self.opening:
            others = Case(self.reg, self.profile, now=self.now).accounts
        return {**others, self.account["id"]: self.account} if bound else others

    @cached_property
    def grants(self) -> list[Row]:
        """Access to the account in force, and what is given."""
        if self.account["id"] not in self.accounts:
            return []
        found = self.reg.find("grant_", account=self.account["id"], revoked=None)
        return [*found, self.grant] if self.grant else found

    @cached_property
    def access_of(self) -> dict[str, list[Row]]:
        """All of the person's access: a freeze of any account of theirs may ask something of them."""
        found = super().access_of
        if self.person:
            held = self.reg.find("grant_", person=self.person, revoked=None)
            found[self.person] = [*held, self.grant] if self.grant else held
        return found

    @cached_property
    def records(self) -> list[Row]:
        """Records about the act's subjects, and about the vault as such."""
        asked = self.account["request"], self.decision and self.decision["request"]
        theirs = [row["id"] for row in self.grants if row["person"] == self.person]
        about = dict.fromkeys((self.account["id"], self.person, *asked, *theirs, None, ""))
        rows = [
            row for id_ in about for row in self.reg.find("record", about=id_) if row["withdrawn"] is None
        ]
        return sorted(rows, key=lambda row: (row["occurred_at"], row["seq"]))

    def by_account(self, table: str) -> dict[str, list[Row]]:
        """The account's own rows, and its end where the act says one."""
        id_ = self.account["id"]
        rows = sorted(self.reg.find(table, account=id_), key=lambda row: int(row["seq"]))
        return {id_: [*rows, self.term] if self.term and table == "term" else rows}

    def holds(self, person: str, post: str, day: str, scopes: Iterable[str | None] | None = None) -> bool:
        """Whether somebody held that post on that day: asked of their own times in post alone."""
        self.posts[person, post] = self.reg.find("post", person=person, post=post)
        return super().holds(person, post, day, scopes)

    @cached_property
    def posts(self) -> dict[tuple[str, str], list[Row]]:
        """Times in post, of those who were asked about."""
        return {}

    @cached_property
    def decided(self) -> list[Row]:
        """What is said of the request now."""
        return [self.decision] if self.decision else []

    @cached_property
    def freezes(self) -> list[Row]:
        """Times when the use of the account, or of one of the person's, was stopped."""
        theirs = {row["account"] for row in self.access_of.get(self.person, ())}
        rows = [row for id_ in {self.account["id"], *theirs} for row in self.reg.find("freeze", account=id_)]
        return sorted(rows, key=lambda row: row["seq"])
