-- Full-text search of what is live; see searched. Words come folded from releases, so that the
-- configuration has only to part them.
ALTER TABLE searched
  ADD COLUMN exact tsvector NOT NULL GENERATED ALWAYS AS
    (setweight(to_tsvector('simple'::regconfig, head), 'A') || setweight(to_tsvector('simple'::regconfig, body), 'D')) STORED,
  ADD COLUMN wide tsvector NOT NULL GENERATED ALWAYS AS
    (setweight(to_tsvector('simple'::regconfig, bare_head), 'A') || setweight(to_tsvector('simple'::regconfig, bare_body), 'D')) STORED;
CREATE INDEX searched_exact ON searched USING gin (exact);
CREATE INDEX searched_wide ON searched USING gin (wide);
