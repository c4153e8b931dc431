"""Descriptions that keys in force should have a copy of and have not: one set query, asked at every write."""

from __future__ import annotations

OWED_BY = ("keyset", "person", "device", "own_details", "role")  # the tables that it reads
OWED = """
SELECT k.id AS keyset, k.person AS person, t.id AS about, t.details AS details
FROM keyset k
JOIN (SELECT id, id AS person, details FROM person UNION ALL SELECT id, person, details FROM device) t
    ON t.person = k.person
JOIN person p ON p.id = k.person AND p.state = 'active'
WHERE k.purpose = 'member' AND k.revoked IS NULL AND t.details IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM own_details o WHERE o.keyset = k.id AND o.id = t.id AND o.source = t.details)
AND NOT EXISTS (
    SELECT 1 FROM role r WHERE r.person = k.person AND r.until IS NULL
    AND r.role IN (SELECT value FROM json_each(:reads))
)
ORDER BY k.id, t.id
"""
