"""The register as an assessment sees it: each table read once, indexed by what rules ask for. Pure, and without words.

An assessor takes a `Case` and a rule, and gives an `Outcome`. Acts (an opening, a grant, a change) are judged only from
``since`` to ``until``: the positions in the log between which this document was in force. States (who has what now) are
judged as they stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from vault.domain.calendar import london_day_of
from vault.domain.events import Register, Row
from vault.domain.exposure import PASSWORD
from vault.domain.kinds.applies import Applies
from vault.domain.kinds.base import ROLES

if TYPE_CHECKING:
    from vault.domain.policy import Profile

END = 2**62


@dataclass(frozen=True, slots=True)
class Mail:
    """What a registered address shows without being told: its domain, and whether it is a known person's own."""

    domain: str
    persons: bool


class Case:
    """One question's view of the register."""

    def __init__(
        self,
        reg: Register,
        profile: Profile,
        *,
        now: str,
        since: int = 0,
        until: int = END,
        mails: Mapping[str, Mail] | None = None,
        past: bool = False,
    ) -> None:
        self.reg, self.profile, self.now = reg, profile, now
        self.today = london_day_of(now)
        self.since, self.until, self.mails, self.past = since, until, mails, past
        self._filtered: dict[Applies, list[Row]] = {}

    def act(self, seq: int) -> bool:
        """Whether what was done at that entry is this document's to judge."""
        return self.since <= seq < self.until

    # --- tables, read once -----------------------------------------------------------------------------------

    @cached_property
    def accounts(self) -> dict[str, Row]:
        """Accounts of the forces that the document binds, closed ones too."""
        bound = {None, *self.profile.forces}
        return {row["id"]: row for row in self.reg.find("account") if row["force"] in bound}

    @cached_property
    def grants(self) -> list[Row]:
        """Access in force to those accounts."""
        return [row for row in self.reg.find("grant_", revoked=None) if row["account"] in self.accounts]

    @cached_property
    def holders(self) -> dict[str, list[Row]]:
        """Access in force by account."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.grants:
            found[row["account"]].append(row)
        return found

    @cached_property
    def access_of(self) -> dict[str, list[Row]]:
        """Access in force by person."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.grants:
            found[row["person"]].append(row)
        return found

    @cached_property
    def posts(self) -> dict[tuple[str, str], list[Row]]:
        """Times in post, by person and post."""
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.reg.find("post"):
            found[row["person"], row["post"]].append(row)
        return found

    @cached_property
    def roles(self) -> dict[str, list[Row]]:
        """Times in a role of the vault, by person."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.reg.find("role"):
            found[row["person"]].append(row)
        return found

    @cached_property
    def records(self) -> list[Row]:
        """Records that count, in the order in which they happened."""
        rows = (row for row in self.reg.find("record") if row["withdrawn"] is None)
        return sorted(rows, key=lambda row: (row["occurred_at"], row["seq"]))

    @cached_property
    def about(self) -> dict[str, list[Row]]:
        """Records by what they are about; those of an account's request are about the account too."""
        requests = {row["request"]: row["id"] for row in self.accounts.values() if row["request"]}
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.records:
            found[row["about"]].append(row)
            if row["about"] in requests:
                found[requests[row["about"]]].append(row)
        return found

    @cached_property
    def by_code(self) -> dict[tuple[str, str], list[Row]]:
        """Records by subject and code."""
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for subject, rows in self.about.items():
            for row in rows:
                found[subject, row["code"]].append(row)
        return found

    @cached_property
    def people(self) -> dict[str, Row]:
        """Persons by id."""
        return {row["id"]: row for row in self.reg.find("person")}

    @cached_property
    def in_post(self) -> dict[tuple[str, str | None], Row]:
        """For each post and what it is for, somebody who holds it today and has not left."""
        return {
            (post, row["scope"]): row
            for (person, post), rows in self.posts.items()
            if self.people[person]["state"] != "left"
            for row in rows
            if row["since"] <= self.today and (row["until"] is None or self.today <= row["until"])
        }

    @cached_property
    def first_grants(self) -> dict[str, int]:
        """The first entry that gave each person access which is in force."""
        found: dict[str, int] = {}
        for row in self.grants:
            found[row["person"]] = min(row["given"], found.get(row["person"], END))
        return found

    @cached_property
    def freezes(self) -> list[Row]:
        """Times when an account's use was stopped, in order."""
        rows = (row for row in self.reg.find("freeze") if row["account"] in self.accounts)
        return sorted(rows, key=lambda row: row["seq"])

    @cached_property
    def decided(self) -> list[Row]:
        """Approvals and refusals of requests, ever."""
        return self.reg.find("approval")

    @cached_property
    def changes(self) -> list[Row]:
        """Passwords that took another's place on the platform, ever."""
        return [row for row, parts in self.login_changes if PASSWORD in parts]

    @cached_property
    def login_changes(self) -> list[tuple[Row, frozenset[str]]]:
        """Logins of which something took another's place on the platform, ever, and the parts that are new in each."""
        fresh: dict[tuple[str, int], set[str]] = defaultdict(set)
        for row in self.reg.find("part"):
            if row["origin"] == row["number"]:
                fresh[row["account"], row["number"]].add(row["part"])
        return [
            (row, frozenset(fresh[row["account"], row["number"]]))
            for row in self.reg.find("version")
            if row["state"] in ("current", "superseded")
            and row["previous"] is not None
            and row["account"] in self.accounts
            and (row["account"], row["number"]) in fresh
        ]

    def by_account(self, table: str) -> dict[str, list[Row]]:
        """A table's rows by account, in the order of the log."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self.reg.find(table), key=lambda row: int(row["seq"])):
            found[row["account"]].append(row)
        return found

    @cached_property
    def first_given(self) -> dict[str, str]:
        """The day since which anybody has had each account."""
        found: dict[str, str] = {}
        for row in self.reg.find("grant_"):
            found[row["account"]] = min(found.get(row["account"], row["since"]), row["since"])
        return found

    # --- questions -------------------------------------------------------------------------------------------

    def holds(self, person: str, post: str, day: str, scopes: Iterable[str | None] | None = None) -> bool:
        """Whether somebody held that post on that day, for one of these scopes (or for anything)."""
        return any(
            row["since"] <= day
            and (row["until"] is None or day <= row["until"])
            and (scopes is None or row["scope"] in scopes)
            for row in self.posts.get((person, post), ())
        )

    def has_role(self, person: str, role: str, seq: int) -> bool:
        """Whether somebody had that role of the vault at that entry."""
        return any(
            row["role"] == role and row["since"] <= seq and (row["until"] is None or seq < row["until"])
            for row in self.roles.get(person, ())
        )

    def is_now(self, person: str, role: str) -> bool:
        """Whether somebody has that role of the vault now."""
        return any(row["role"] == role and row["until"] is None for row in self.roles.get(person, ()))

    def counts(self, row: Row, by: tuple[str, ...]) -> bool:
        """Whether that record is the statement of somebody whose statement counts."""
        return not by or any(self._is(row, who) for who in by)

    def _is(self, row: Row, who: str) -> bool:
        if who == "self":
            return bool(row["person"] == row["about"])
        if who in ROLES:
            return self.has_role(row["person"], who, row["seq"])
        return row["post"] in (None, who) and self.holds(
            row["person"], who, london_day_of(row["occurred_at"])
        )

    def stands(self, row: Row, day: str) -> bool:
        """Whether a record still holds on that day."""
        return row["until"] is None or day <= row["until"]

    def latest(self, subject: str, prefix: str) -> Row | None:
        """The latest record about it whose code begins so, and still stands."""
        rows = [row for row in self.about.get(subject, ()) if row["code"].startswith(prefix)]
        return next((row for row in reversed(rows) if row["good"] and self.stands(row, self.today)), None)

    def marked(self, subject: str, codes: tuple[str, ...]) -> bool:
        """Whether one of these records stands about it."""
        return any(
            row["good"] and self.stands(row, self.today)
            for code in codes
            for row in self.by_code.get((subject, code), ())
        )

    def scopes(self, account: Row) -> tuple[str | None, ...]:
        """For what a post must be held to be one for that account."""
        return (None, account["id"], account["team"] or account["id"])

    # --- what a rule applies to --------------------------------------------------------------------------------

    def live(self, applies: Applies) -> list[Row]:
        """Accounts not closed that the filter lets through."""
        if applies not in self._filtered:
            rows = (row for row in self.accounts.values() if row["state"] != "closed")
            self._filtered[applies] = [row for row in rows if self.fits(row, applies)]
        return self._filtered[applies]

    def fits(self, row: Row, applies: Applies) -> bool:
        """Whether the filter lets that account through."""
        return (
            row["platform"] in (applies.platforms or (row["platform"],))
            and row["owner_kind"] in (applies.owner_kinds or (row["owner_kind"],))
            and row["type"] in (applies.types or (row["type"],))
            and row["type"] not in applies.without_types
            and (row["request"] is not None or not applies.new)
            and (not applies.uncovered or self._uncovered(row))
            and self._marks_fit(row["id"], applies)
        )

    def _marks_fit(self, account: str, applies: Applies) -> bool:
        forms = tuple(f"form.{form}" for form in applies.forms)
        return (
            (not applies.marks or self.marked(account, applies.marks))
            and (not forms or self.marked(account, forms))
            and not self.marked(account, applies.without_marks)
        )

    def _uncovered(self, row: Row) -> bool:
        platforms, owners = self.profile.rule("platforms_in_use"), self.profile.rule("owner_kinds")
        named = getattr(platforms, "platforms", (row["platform"],))
        allowed = getattr(owners, "allowed", (row["owner_kind"],))
        return row["platform"] not in named or row["owner_kind"] not in allowed

    def access(self, applies: Applies) -> Iterator[Row]:
        """Access in force that the filter lets through: the account, the way, the person.

        What is new is the access: somebody who comes to an account that was there before is new to it.
        """
        for account in self.live(replace(applies, new=False)):
            for row in self.holders.get(account["id"], ()):
                if applies.ways and row["kind"] not in applies.ways:
                    continue
                if applies.new and row["existing"]:
                    continue
                if self.person_fits(row["person"], applies):
                    yield row

    def person_fits(self, person: str, applies: Applies) -> bool:
        """Whether the filter lets that person through: by type, and by post held today."""
        types = tuple(f"person_type.{name}" for name in applies.person_types)
        if types and not self.marked(person, types):
            return False
        return not applies.posts or any(
            self.holds(person, post, self.today) if post not in ROLES else self.is_now(person, post)
            for post in applies.posts
        )

    def devices(self, applies: Applies) -> list[Row]:
        """Devices in use, of people with access to what the filter lets through."""
        people = {row["person"] for row in self.access(applies)}
        return [
            row
            for row in self.reg.find("device", state="in_use")
            if row["person"] in people
            and (not applies.ownership or row["ownership"] in applies.ownership)
            and (not applies.device_kinds or row["kind"] in applies.device_kinds)
        ]
