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
