-- Append-only in PostgreSQL: guards against bugs and stray tools, as in SQLite.
-- They are no defence against whoever owns the tables; the signed log is.

CREATE FUNCTION keyholder_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append only';
END $$;
CREATE FUNCTION keyholder_next_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq) + 1, 0) FROM entries) THEN
        RAISE EXCEPTION 'append only: seq is not the next one';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION keyholder_next_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size IS DISTINCT FROM (SELECT max(seq) + 1 FROM entries)
       OR NEW.size <= (SELECT coalesce(max(size), 0) FROM commits) THEN
        RAISE EXCEPTION 'append only: size is not the number of entries';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entries_next BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION keyholder_next_entry();
CREATE TRIGGER entries_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON entries EXECUTE FUNCTION keyholder_append_only();
CREATE TRIGGER commits_next BEFORE INSERT ON commits FOR EACH ROW EXECUTE FUNCTION keyholder_next_commit();
CREATE TRIGGER commits_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON commits EXECUTE FUNCTION keyholder_append_only();
CREATE TRIGGER tiles_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON tiles EXECUTE FUNCTION keyholder_append_only();
CREATE TRIGGER blobs_fixed BEFORE UPDATE OR TRUNCATE ON blobs EXECUTE FUNCTION keyholder_append_only();
