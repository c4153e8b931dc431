"""The platform table and the policy profile, read once per process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from vault.domain import handles
from vault.domain.cover import Cover
from vault.domain.handles import Handle
from vault.domain.platforms import Platforms, fold_name
from vault.store import policy_text, profiles

if TYPE_CHECKING:
    from vault.domain.policy import Profile


@cache
def platforms() -> Platforms:
    """Every platform that the vault knows."""
    return profiles.load_platforms()


@cache
def profile(name: str) -> Profile:
    """A profile by its name."""
    return profiles.load_profile(name)


@cache
def guides_of(name: str) -> tuple[Profile, ...]:
    """The documents that guide under that one: asked after it, and reported as guidance."""
    return tuple(profile(guide) for guide in policy_text.guiding(name))


@cache
def cover(name: str) -> Cover:
    """What lists say of a profile, without its rules."""
    return profiles.load_cover(name)


@cache
def profile_binding(force: str) -> str:
    """The shipped profile whose document binds a force, by its code or name; empty where none does."""
    folded = fold_name(force)
    for name in profiles_available():
        if folded and any(folded in map(fold_name, both) for both in cover(name).forces.items()):
            return name
    return ""


def handle(given: str) -> Handle:
    """What `platform/handle`, or a web address, means."""
    return handles.parse_account_name(given, platforms=platforms())


def account_key(given: str) -> str:
    """The normalised `platform/handle` that look-ups compare."""
    return handle(given).full_key


def profiles_available() -> tuple[str, ...]:
    """The names of the profiles of this installation."""
    return profiles.available()
