"""A council of administrators, and what each can be asked."""

from __future__ import annotations

from tests.domain.fold import Fold, enrol, force, member, per
from vault.domain import events as e
from vault.domain import findings, keys

GOAL = per("hal")
REVOKE = {"reason": "lost"}


def council() -> Fold:
    """The force, with Cyd, a custodian whom Bea admitted, and a second machine of Ada's that Bea enrolled."""
    scene = force()
    member(scene, "cyd", vouches=True, by="bea")
    scene.do("role.given", per("cyd"), by="bea", role="custodian")
    enrol(scene, "adb", "ada", vouches=True, by="bea")
    return scene


def ask(scene: Fold, *, by: str = "ada", person: str = GOAL) -> int | None:
    """Give the role of administrator; the entry if it waits, None if it took effect."""
    seq = scene.do("role.given", person, by=by, role="administrator")
    return seq if scene.reg.get("pending", seq=seq) else None


def is_administrator(scene: Fold, name: str) -> bool:
    return e.ADMINISTRATOR in keys.roles_of(scene.reg, per(name))


def kinds(scene: Fold) -> set[str]:
    return {found.kind for found in findings.record(scene.reg)}


def end_bea(scene: Fold, *, by: str = "ada") -> int:
    return scene.do("role.ended", per("bea"), by=by, role="administrator")
