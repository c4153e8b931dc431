"""Which accounts have a secret, a holder, a post: one set query each, however large the register."""

from __future__ import annotations

SEALED = "SELECT DISTINCT account AS id FROM version WHERE state IN (SELECT value FROM json_each(:states))"
HELD = "SELECT DISTINCT account AS id FROM grant_ WHERE revoked IS NULL"
POST_SCOPES = (
    "SELECT DISTINCT scope AS id FROM post WHERE post = :post AND until IS NULL AND scope IS NOT NULL"
)
