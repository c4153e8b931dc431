"""Which accounts have a secret, a holder, a post: one set query each, however large the register."""

from __future__ import annotations

LISTED = "SELECT id, details, platform, force, owner_kind, type, state, team FROM account"
SEALED = "SELECT DISTINCT account AS id FROM version WHERE state IN (SELECT value FROM json_each(:states))"
HELD = "SELECT DISTINCT account AS id FROM grant_ WHERE revoked IS NULL"
# A row without a scope is a post that is held for everything.
POST_SCOPES = """
SELECT DISTINCT scope AS id FROM post WHERE post = :post AND since <= :today AND (until IS NULL OR until > :today)
"""
