"""Live values of components that somebody could open, or saw: two set queries, asked where a cause touches many."""

from __future__ import annotations

from vault.domain.exposure import LIVE

_LIVE = "('" + "', '".join(LIVE) + "')"
OPENABLE = (
    """
WITH k AS (SELECT value AS keyset FROM json_each(:keysets)),
openable AS (
    SELECT r.account, r.number FROM recipient r JOIN k ON k.keyset = r.keyset
    UNION
    SELECT v.account, v.number FROM version v JOIN epoch e ON e.id = v.epoch
    WHERE e.number <= (SELECT max(x.number) FROM epoch x JOIN epoch_seal s ON s.epoch = x.id
                       JOIN k ON k.keyset = s.keyset WHERE x.team = 'custody')
)
SELECT DISTINCT p.account, p.part, p.origin
FROM openable o
JOIN part p ON p.account = o.account AND p.number = o.number
JOIN part l ON l.account = p.account AND l.part = p.part AND l.origin = p.origin
JOIN version v ON v.account = l.account AND v.number = l.number
WHERE l.gone IS NULL AND v.state IN """
    + _LIVE
)
SEEN = (
    """
SELECT DISTINCT x.account, x.part, x.origin, x.device
FROM exposure x
JOIN part l ON l.account = x.account AND l.part = x.part AND l.origin = x.origin
JOIN version v ON v.account = l.account AND v.number = l.number
WHERE x.{column} = :id AND l.gone IS NULL AND v.state IN """
    + _LIVE
)
