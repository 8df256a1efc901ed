-- Full-text search of what is live; see searched. Words come folded from releases, so that the
-- tokenizer has only to part them. Deleted words leave the file at once.
CREATE VIRTUAL TABLE search USING fts5 (
  head, body, bare_head, bare_body, content='searched', content_rowid='id',
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'", prefix='3'
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER searched_added AFTER INSERT ON searched BEGIN
  INSERT INTO search (rowid, head, body, bare_head, bare_body) VALUES (new.id, new.head, new.body, new.bare_head, new.bare_body);
END;
CREATE TRIGGER searched_gone AFTER DELETE ON searched BEGIN
  INSERT INTO search (search, rowid, head, body, bare_head, bare_body)
  VALUES ('delete', old.id, old.head, old.body, old.bare_head, old.bare_body);
END;
-- What was done stays written. Only an installation in which there is nobody and nothing may be
-- emptied, for a backup to be restored into it.
CREATE TRIGGER history_changed BEFORE UPDATE ON history BEGIN
  SELECT RAISE(ABORT, 'the history is append-only');
END;
CREATE TRIGGER history_removed BEFORE DELETE ON history WHEN EXISTS (SELECT 1 FROM newsrooms) OR EXISTS (SELECT 1 FROM officers) BEGIN
  SELECT RAISE(ABORT, 'the history is append-only');
END;
