"""Posts that each account must have filled: who answers for it, supervises it, oversees it."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.events import Row
from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule, read_posts
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class PostRequired(Rule):
    """Somebody holds each of these posts for the account, for its team, or for everything."""

    kind = "post_required"
    posts: tuple[str, ...]
    applies: Applies


def _read(table: Reader, clause: str, known: Known) -> PostRequired:
    return PostRequired(clause, read_posts(table, "posts"), read_applies(table, known))


def assess(case: Case, rule: PostRequired) -> Outcome:
    """Each account and each post."""
    out = Outcome()
    for account in case.live(rule.applies):
        out.applied += 1
        for post in rule.posts:
            fill(case, out, account, post, rule.clause)
    return out


def fill(case: Case, out: Outcome, account: Row, post: str, clause: str) -> None:
    """Whether somebody who has not left holds that post for the account."""
    rows = (case.in_post.get((post, scope)) for scope in case.scopes(account))
    held = next((row for row in rows if row is not None), None)
    if held is None:
        words = f"nobody holds the post {post} for it"
        out.miss("account_without_post", account["id"], words, clause, account["added"])
    else:
        out.show(held["seq"])


POST_REQUIRED = Kind(PostRequired, _read, assess)
