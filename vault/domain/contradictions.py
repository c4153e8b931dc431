"""Findings of contradiction: what an entry says, and what document, platform table or register say otherwise.

Each is a fact that was recorded and stands; what it leaves undone is listed until it is done.
"""

from __future__ import annotations

from collections.abc import Iterator

from vault.domain import exposure
from vault.domain.events import Register, Row
from vault.domain.finding import Finding
from vault.domain.kinds.membership import RotateOnMembershipChange
from vault.domain.kinds.owner_kinds import OwnerKinds
from vault.domain.platforms import Platforms
from vault.domain.policy import Profile
from vault.domain.rotation import ABSENT


def contradictions(reg: Register, profile: Profile, platforms: Platforms) -> Iterator[Finding]:
    """Teams that changed without a rotation, doors said not to exist, owners that nobody has understood."""
    yield from _not_rotated(reg, profile)
    yield from _said_absent(reg, platforms)
    yield from _unknown_owners(reg, profile)


def _not_rotated(reg: Register, profile: Profile) -> Iterator[Finding]:
    """A membership was recorded with the word that nothing is owed for it, and the document says otherwise."""
    rule = profile.rule(RotateOnMembershipChange)
    if rule is None:
        return
    asked = (("joined_seq", rule.join, "joined"), ("left_seq", rule.leave, "left"))
    for row in reg.find("team_member"):
        for column, wanted, said in asked:
            seq = row[column]
            if wanted and seq is not None and reg.get("cause", seq=seq) is None and _older(reg, row, seq):
                words = f"somebody {said} its owning team, and no change of its password was recorded as owed"
                for account in _older(reg, row, seq):
                    yield Finding(
                        kind="rotation_left_out",
                        words=words,
                        subject=account,
                        clause=rule.clause,
                        evidence=(seq,),
                    )


def _older(reg: Register, member: Row, seq: int) -> list[str]:
    """The team's accounts whose password is older than that entry."""
    found = []
    for account in reg.find("account", team=member["team"]):
        for _, _, origin in exposure.live_values(reg, account["id"], [exposure.PASSWORD]):
            version = reg.get("version", account=account["id"], number=origin)
            if version is not None and version["state"] == "current" and version["seq"] < seq:
                found.append(account["id"])
    return sorted(set(found))


def _said_absent(reg: Register, platforms: Platforms) -> Iterator[Finding]:
    """The newest rotation that is done shut a door by saying that the platform has none, and it has."""
    done = sorted(reg.find("rotation", state="done"), key=lambda row: int(row["ended"]))
    newest = {row["account"]: row for row in done}
    for row in newest.values():
        account = reg.get("account", id=row["account"]) or {}
        known = platforms.by_code.get(account.get("platform", ""))
        for door in reg.find("door", rotation=row["id"], state=ABSENT):
            if (
                known is not None
                and door["door"] in known.doors
                and not _ended(reg, row["account"], door["door"])
            ):
                words = f"{door['door']} was said not to exist on this platform, which has it"
                yield Finding(
                    kind="door_said_absent", words=words, subject=row["account"], evidence=(door["seq"],)
                )


def _ended(reg: Register, account: str, door: str) -> bool:
    """A component that the account has no more, by the register's own word: nothing has to be shut."""
    if door not in exposure.PARTS:
        return False
    app = [
        row["kind"] for row in reg.find("factor", account=account, channel="second_factor", until_seq=None)
    ]
    return "authenticator_app" not in app and not exposure.live_values(reg, account, [door])


def _unknown_owners(reg: Register, profile: Profile) -> Iterator[Finding]:
    """Where the document closes the list of owners, an owner that nobody has understood is none of them."""
    rule = profile.rule(OwnerKinds)
    if rule is None or rule.open_list:
        return
    for row in reg.find("account", owner_kind="unknown"):
        if row["state"] != "closed":
            words = "what kind of owner it has is not known, and the document names those that may have one"
            yield Finding(
                kind="owner_kind_unknown",
                words=words,
                subject=row["id"],
                clause=rule.clause,
                evidence=(row["added"],),
            )
