-- Full-text search of what is live; see searched. Words come folded from releases, so that the
-- configuration has only to part them.
CREATE TABLE search (
  id BIGINT PRIMARY KEY REFERENCES searched (id) ON DELETE CASCADE,
  exact tsvector NOT NULL,
  wide tsvector NOT NULL
);
CREATE INDEX search_exact ON search USING gin (exact);
CREATE INDEX search_wide ON search USING gin (wide);
CREATE FUNCTION searched_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search (id, exact, wide) VALUES (new.id,
    setweight(to_tsvector('simple', new.head), 'A') || setweight(to_tsvector('simple', new.body), 'D'),
    setweight(to_tsvector('simple', new.bare_head), 'A') || setweight(to_tsvector('simple', new.bare_body), 'D'));
  RETURN NULL;
END $$;
CREATE TRIGGER searched_added AFTER INSERT ON searched FOR EACH ROW EXECUTE FUNCTION searched_added();
-- What was done stays written. Only an installation in which there is nobody and nothing may be
-- emptied, for a backup to be restored into it.
CREATE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM newsrooms) AND NOT EXISTS (SELECT 1 FROM officers) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the history is append-only';
END $$;
CREATE TRIGGER history_kept BEFORE UPDATE OR DELETE ON history FOR EACH ROW EXECUTE FUNCTION history_is_kept();
CREATE FUNCTION history_is_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the history is append-only'; END $$;
CREATE TRIGGER history_not_emptied BEFORE TRUNCATE ON history FOR EACH STATEMENT EXECUTE FUNCTION history_is_not_emptied();
-- Each delivery is written once more, by its outcome, and each batch often, by its marks. With room for that in
-- their own page, no index has to be told.
ALTER TABLE deliveries SET (fillfactor = 50);
ALTER TABLE batches SET (fillfactor = 30);
-- Text is compared byte by byte, whatever the language of the database: as SQLite does, so that both put the same
-- first, and several times as fast where an id is looked for.
DO $$
DECLARE change text;
BEGIN
  FOR change IN
    SELECT format('ALTER TABLE %I ', table_name) || string_agg(format('ALTER COLUMN %I TYPE text COLLATE "C"', column_name), ', ')
    FROM information_schema.columns WHERE table_schema = current_schema() AND data_type = 'text' GROUP BY table_name
  LOOP
    EXECUTE change;
  END LOOP;
END $$;
