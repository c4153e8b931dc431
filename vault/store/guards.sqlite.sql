-- Append-only in SQLite: guards against bugs and stray tools, INSERT OR REPLACE included.
-- They are no defence against whoever owns the file; the signed log is.

CREATE TRIGGER entries_next BEFORE INSERT ON entries BEGIN
    SELECT RAISE(ABORT, 'append only: seq is not the next one')
    WHERE NEW.seq IS NOT (SELECT coalesce(max(seq) + 1, 0) FROM entries);
END;
CREATE TRIGGER entries_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER entries_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER commits_next BEFORE INSERT ON commits BEGIN
    SELECT RAISE(ABORT, 'append only: size is not the number of entries')
    WHERE NEW.size IS NOT (SELECT max(seq) + 1 FROM entries)
       OR NEW.size <= (SELECT coalesce(max(size), 0) FROM commits)
       OR EXISTS (SELECT 1 FROM commits WHERE request = NEW.request);
END;
CREATE TRIGGER commits_update BEFORE UPDATE ON commits BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER commits_delete BEFORE DELETE ON commits BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER tiles_insert BEFORE INSERT ON tiles BEGIN
    SELECT RAISE(ABORT, 'append only: the tile exists')
    WHERE EXISTS (SELECT 1 FROM tiles WHERE level = NEW.level AND n = NEW.n);
END;
CREATE TRIGGER tiles_update BEFORE UPDATE ON tiles BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER tiles_delete BEFORE DELETE ON tiles BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER blobs_update BEFORE UPDATE ON blobs BEGIN SELECT RAISE(ABORT, 'append only'); END;
