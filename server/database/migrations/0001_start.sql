-- Instants are epoch milliseconds. Ids are 128 bits from crypto/rand. JSON is TEXT.

CREATE TABLE history_head (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL);
INSERT INTO history_head (id, seq, hash) VALUES (1, 0, '');
CREATE TABLE history (
  seq BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_id TEXT NOT NULL, actor TEXT NOT NULL, from_address TEXT NOT NULL,
  newsroom_id TEXT NOT NULL, subject TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX history_subject ON history (subject, seq);

-- releases ------------------------------------------------------------------

CREATE TABLE newsrooms (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  zone TEXT NOT NULL,
  email_from TEXT NOT NULL,
  reply_to TEXT NOT NULL,
  boilerplate TEXT NOT NULL,
  topics TEXT NOT NULL,                   -- JSON, in order: [{"slug": ..., "name": ..., "code": ...}]
  approvals BIGINT NOT NULL,
  tag_authority TEXT NOT NULL,            -- domain of email_from at creation, in ids of its releases: never changes
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  frozen_at BIGINT,                       -- nothing new gets out of it; NULL when it isn't frozen
  frozen_by TEXT NOT NULL DEFAULT '',
  frozen_reason TEXT NOT NULL DEFAULT ''
);

-- The world sees version `approved`, once state is scheduled and lift_at has passed. kind, language
-- and release_topics are those of the approved version (of the newest, before there is one).
CREATE TABLE releases (
  id TEXT PRIMARY KEY,
  newsroom_id TEXT NOT NULL REFERENCES newsrooms (id),
  slug TEXT NOT NULL,                     -- sealed, as it follows the headline: releases/vault
  slug_chosen BOOLEAN NOT NULL,           -- by a person; else it follows the headline until live
  state TEXT NOT NULL,                    -- draft, submitted, approved, scheduled, frozen (its lift set aside), withdrawn, deleted
  kind TEXT NOT NULL,
  language TEXT NOT NULL,
  version BIGINT NOT NULL,                -- the newest
  approved BIGINT NOT NULL,               -- the one approved; 0 when none is
  approved_by TEXT NOT NULL,
  submitted_by TEXT NOT NULL,
  submitted_by_id TEXT NOT NULL,
  lift_at BIGINT,                         -- the instant; NULL when none is set
  lift_local TEXT NOT NULL,               -- as it was given: 2016-10-18T06:00
  lift_zone TEXT NOT NULL,                -- the IANA zone it was given in
  backdated BOOLEAN NOT NULL,             -- an archive item: never mailed
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,             -- any change, for the desk
  indexed BIGINT NOT NULL DEFAULT 0,      -- the version that search finds; 0 when none is
  updated_at BIGINT,                      -- the public text changed while live; NULL when it never did
  withdrawn_at BIGINT,
  withdrawn_reason TEXT NOT NULL DEFAULT '', -- sealed: that of what was canceled is for those inside
  withdrawn_error BOOLEAN NOT NULL DEFAULT FALSE, -- published in error: the world is told nothing that it said
  replaced_by TEXT NOT NULL DEFAULT '',   -- id of the release published in its place
  forced_by TEXT NOT NULL DEFAULT '',     -- who approved against the rule of two, until another has reviewed it
  forced_by_id TEXT NOT NULL DEFAULT '',
  forced_reason TEXT NOT NULL DEFAULT '', -- sealed
  translations TEXT NOT NULL DEFAULT ''   -- the same of all that say the same in other languages; '' when alone
);
CREATE INDEX releases_translations ON releases (translations) WHERE translations <> '';
CREATE INDEX releases_unindexed ON releases (lift_at) WHERE state = 'scheduled' AND indexed <> approved;
CREATE INDEX releases_lift ON releases (lift_at) WHERE state = 'scheduled';
CREATE INDEX releases_withdrawn ON releases (id) WHERE state = 'withdrawn';
CREATE INDEX releases_newsroom ON releases (newsroom_id, changed_at DESC, id DESC);
CREATE INDEX releases_changed ON releases (changed_at DESC, id DESC);

CREATE TABLE versions (
  release_id TEXT NOT NULL REFERENCES releases (id),
  number BIGINT NOT NULL,
  hash TEXT NOT NULL,                     -- SHA-256 of the text and a salt
  content TEXT NOT NULL,                  -- releases.Text as JSON, with the salt; sealed
  created_by TEXT NOT NULL,
  created_by_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (release_id, number)
);
-- What the world is told of a version that corrects what was published. Nothing, until it is approved.
CREATE TABLE corrections (
  release_id TEXT NOT NULL REFERENCES releases (id),
  version BIGINT NOT NULL,                -- the one it was written with
  note TEXT NOT NULL,                     -- sealed
  mail BOOLEAN NOT NULL,                  -- whoever got what it corrects is mailed
  replaced BIGINT NOT NULL,               -- the version the world saw before, and the one it saw then
  shown BIGINT NOT NULL,
  published_at BIGINT,
  PRIMARY KEY (release_id, version)
);
-- What insiders say of a release among themselves. Sealed: it quotes what is not yet public.
CREATE TABLE comments (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL REFERENCES releases (id),
  version BIGINT NOT NULL,                -- the newest when it was said
  content TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_by_id TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX comments_release ON comments (release_id, created_at, id);
-- What looks like a placeholder in a version and is meant, and who said so. Sealed.
CREATE TABLE waved (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL REFERENCES releases (id),
  version BIGINT NOT NULL,
  content TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX waved_version ON waved (release_id, version);
-- For audiences.
CREATE TABLE release_topics (
  release_id TEXT NOT NULL REFERENCES releases (id),
  topic TEXT NOT NULL,
  PRIMARY KEY (release_id, topic)
);
CREATE INDEX release_topics_topic ON release_topics (topic, release_id);
-- The public lists that a scheduled release stands in once it is live: a row for every combination
-- of newsroom, topic, kind and language that finds it, so that each list is one walk of one index
-- and costs the same whatever the size of the archive.
CREATE TABLE release_lists (
  list TEXT NOT NULL,                     -- newsroom id / topic / kind / language; each may be empty
  lift_at BIGINT NOT NULL,
  release_id TEXT NOT NULL REFERENCES releases (id),
  PRIMARY KEY (list, lift_at, release_id)
);
CREATE INDEX release_lists_release ON release_lists (release_id);
-- The words of what is live, for search: a row is written after the lift only, by the first search that
-- finds it missing. Each engine indexes them in its own way; see migrations/sqlite and migrations/postgres.
CREATE TABLE searched (
  id BIGINT PRIMARY KEY,                  -- random: a row of the full-text index needs a number
  release_id TEXT NOT NULL UNIQUE REFERENCES releases (id),
  newsroom_id TEXT NOT NULL,
  head TEXT NOT NULL, body TEXT NOT NULL, -- words in lower case
  bare_head TEXT NOT NULL, bare_body TEXT NOT NULL -- the same without marks on the letters
);
-- Where the archives of lists are parted into chapters: see releases.Chapter. A mark is the place of what
-- was a live release when it was set, and stays when that is gone.
CREATE TABLE archive_marks (
  list TEXT NOT NULL,
  lift_at BIGINT NOT NULL,
  release_id TEXT NOT NULL,
  PRIMARY KEY (list, lift_at, release_id)
);
-- Every address a release has had. The newest is releases.slug; the others redirect once live.
CREATE TABLE release_slugs (
  newsroom_id TEXT NOT NULL REFERENCES newsrooms (id),
  slug_key TEXT NOT NULL,                 -- keyed hash of slug, to find it by
  slug TEXT NOT NULL,                     -- sealed
  release_id TEXT NOT NULL REFERENCES releases (id),
  PRIMARY KEY (newsroom_id, slug_key)
);

-- What tells kept pages from stale ones: see releases.Edition.
CREATE TABLE public_changes (id BIGINT PRIMARY KEY, changes BIGINT NOT NULL, changed_at BIGINT);
INSERT INTO public_changes (id, changes) VALUES (1, 0);

-- An embargo pass: one named person's right to read one release before its lift. Its token is in the
-- mailed letter alone. Every use of one is a row of the history whose subject it is.
CREATE TABLE passes (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
  hash TEXT NOT NULL UNIQUE,              -- SHA-256 of the token
  name TEXT NOT NULL,
  outlet TEXT NOT NULL,
  email TEXT NOT NULL,
  language TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,                      -- NULL: with the lift
  accepted_at BIGINT,
  revoked_at BIGINT
);
CREATE INDEX passes_release ON passes (release_id, created_at, id);
-- What holders have still to be told; a row becomes a letter in one transaction.
CREATE TABLE pass_news (
  id TEXT PRIMARY KEY,
  pass_id TEXT NOT NULL REFERENCES passes (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,                     -- given, moved, cleared, canceled, lifted, broken
  at BIGINT NOT NULL
);
CREATE INDEX pass_news_at ON pass_news (at, id);

-- Every file that a release has or had, by the random name of its bytes in the file store. What it is
-- called and says stands in the versions.
CREATE TABLE release_files (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL
);
CREATE INDEX release_files_release ON release_files (release_id);

-- subscribers ---------------------------------------------------------------

CREATE TABLE subscribers (
  id TEXT PRIMARY KEY,
  newsroom_id TEXT NOT NULL REFERENCES newsrooms (id),
  email TEXT NOT NULL,                    -- as given
  email_key TEXT NOT NULL,                -- lower case, domain as A-labels: one person, one key
  name TEXT NOT NULL,
  outlet TEXT NOT NULL,
  language TEXT NOT NULL,
  frequency TEXT NOT NULL,                -- immediate
  state TEXT NOT NULL,                    -- pending, confirmed, unsubscribed
  consent TEXT NOT NULL,                  -- the text agreed to, or where consent came from
  consent_from TEXT NOT NULL,             -- network address of the confirmation
  confirmed_at BIGINT,
  left_at BIGINT,                         -- the last unsubscription: confirmation links from before it are void
  asked TEXT NOT NULL DEFAULT '[]',       -- JSON: when the last few letters were asked for
  search TEXT NOT NULL DEFAULT '',        -- address, name and outlet in lower case
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX subscribers_email ON subscribers (email_key, newsroom_id);
-- All that an audience takes, in the order in which it is gathered: see subscribers.Audience.
CREATE INDEX subscribers_newsroom ON subscribers (newsroom_id, id, state, email_key, email, name, language);
-- No row means every topic.
CREATE TABLE subscriber_topics (
  subscriber_id TEXT NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
  topic TEXT NOT NULL,
  PRIMARY KEY (subscriber_id, topic)
);
-- newsroom_id '' suppresses an address everywhere.
CREATE TABLE suppressions (
  email_key TEXT NOT NULL,
  newsroom_id TEXT NOT NULL,
  reason TEXT NOT NULL,                   -- bounce, complaint, request
  detail TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (email_key, newsroom_id)
);

-- jobs ----------------------------------------------------------------------

CREATE TABLE dispatches (
  id TEXT PRIMARY KEY,
  newsroom_id TEXT NOT NULL REFERENCES newsrooms (id),
  release_id TEXT NOT NULL REFERENCES releases (id),
  kind TEXT NOT NULL,                     -- release, advance, correction, withdrawal
  state TEXT NOT NULL,                    -- staging, staged, sending, paused, held, stopping, stopped, done, canceled
  version BIGINT NOT NULL,                -- the version mailed from now on; 0 until the lift
  brake TEXT NOT NULL DEFAULT '',         -- on: paused by itself, since most were refused; off: an officer went on after that
  audience BIGINT NOT NULL,               -- deliveries so far
  cursor TEXT NOT NULL,                   -- last subscriber looked at, so that gathering goes on after a crash
  frozen_at BIGINT,                       -- when the audience was complete; until then it may grow
  created_at BIGINT NOT NULL,
  started_at BIGINT,                      -- released to the workers
  done_at BIGINT,
  forgotten BOOLEAN NOT NULL DEFAULT FALSE -- published in error, and nothing is left of what was captured
);
CREATE UNIQUE INDEX dispatches_release ON dispatches (release_id) WHERE kind = 'release' AND state <> 'canceled';
CREATE UNIQUE INDEX dispatches_follow ON dispatches (release_id, kind, version) WHERE kind IN ('correction', 'withdrawal');
CREATE INDEX dispatches_open ON dispatches (state) WHERE state NOT IN ('done', 'stopped', 'canceled');
CREATE INDEX dispatches_newest ON dispatches (newsroom_id, created_at DESC, id DESC);

-- The ledger: one row per recipient, and what became of it. One that is open (queued or deferred) and
-- at or below its batch's mark is shown as sending.
CREATE TABLE deliveries (
  dispatch_id TEXT NOT NULL REFERENCES dispatches (id),
  seq BIGINT NOT NULL,                    -- place in the audience, from 0; whoever came late begins a new batch
  subscriber_id TEXT NOT NULL,            -- of an advance copy: the pass's
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  state TEXT NOT NULL,                    -- queued, sent, deferred, failed, excluded, unknown
  attempts BIGINT NOT NULL,
  doubts BIGINT NOT NULL,                 -- how often whoever sent it was lost before its outcome
  losses BIGINT NOT NULL,                 -- how often its connection was, with the text gone and no answer
  code TEXT NOT NULL,                     -- the relay's answer: '550 5.1.1'
  reason TEXT NOT NULL,                   -- its words, or why excluded
  next_at BIGINT NOT NULL,                -- not to be tried before; 0 is at once
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL DEFAULT 0,      -- the one it got, or may have got first, where that is not its batch's
  PRIMARY KEY (dispatch_id, seq)
);
CREATE UNIQUE INDEX deliveries_once ON deliveries (dispatch_id, subscriber_id);

-- 500 places in the audience: number n holds seq n*500 .. n*500+499. Whoever holds the lease sends what
-- is due, in order of seq, and moves the mark up to a delivery before its DATA. Marks and outcomes are
-- written under the lease only, so what is due and still open at or below the mark was in flight.
-- The counts are as of when the lease was last given back; those of a leased batch are read from its
-- deliveries.
CREATE TABLE batches (
  dispatch_id TEXT NOT NULL REFERENCES dispatches (id),
  number BIGINT NOT NULL,
  state TEXT NOT NULL,                    -- open, leased, done
  lease TEXT NOT NULL,                    -- who works on it; '' when nobody does
  free_at BIGINT NOT NULL,                -- not to be claimed before: end of the lease, or the next try of what is deferred
  claimed_at BIGINT NOT NULL,             -- a delivery is due under the lease when next_at <= claimed_at
  mark BIGINT NOT NULL,                   -- highest seq that may be on its way; -1 is none
  queued BIGINT NOT NULL,
  sent BIGINT NOT NULL,
  deferred BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  excluded BIGINT NOT NULL,
  unknown BIGINT NOT NULL,
  retried BIGINT NOT NULL,
  first_sent_at BIGINT,
  last_sent_at BIGINT,
  version BIGINT NOT NULL DEFAULT 0,      -- mailed under the latest lease
  PRIMARY KEY (dispatch_id, number)
);
CREATE INDEX batches_open ON batches (dispatch_id, number) WHERE state <> 'done';

-- When the installation was restored from a backup. What was mailed between the two is not known, so
-- the mail of lifts that had passed by then is held.
CREATE TABLE restores (at BIGINT PRIMARY KEY, backup_at BIGINT NOT NULL);

-- Single mails outside a dispatch: confirmations, notices. Recipients' secrets are never in data.
CREATE TABLE letters (
  id TEXT PRIMARY KEY,
  newsroom_id TEXT NOT NULL,
  kind TEXT NOT NULL,                     -- confirm, already_subscribed, ...
  recipient TEXT NOT NULL,
  language TEXT NOT NULL,
  data TEXT NOT NULL,
  state TEXT NOT NULL,                    -- queued, sending, sent, failed, unknown
  lease TEXT NOT NULL,                    -- who sends it; '' when nobody does
  free_at BIGINT NOT NULL,                -- not to be claimed before: end of the lease, or the next try
  attempts BIGINT NOT NULL,
  doubts BIGINT NOT NULL,                 -- as a delivery's
  losses BIGINT NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT
);
CREATE INDEX letters_open ON letters (free_at) WHERE state IN ('queued', 'sending');

-- Relays and recipient domains that aren't given mail for a while because they refuse ours.
CREATE TABLE rests (
  scope TEXT NOT NULL,                    -- relay, domain
  name TEXT NOT NULL,                     -- smtp.example.se:587; example.net, as A-labels
  code TEXT NOT NULL,                     -- the latest refusal: '550 5.7.1'
  reason TEXT NOT NULL,                   -- its words
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  strikes BIGINT NOT NULL,                -- refusals in a row: the more, the longer
  PRIMARY KEY (scope, name)
);
-- What the admins were told of a release, so that they are told once.
CREATE TABLE alarms (
  kind TEXT NOT NULL,                     -- alarm_overdue, alarm_leak
  release_id TEXT NOT NULL REFERENCES releases (id),
  at BIGINT NOT NULL,
  PRIMARY KEY (kind, release_id)
);

-- Workers that mail at a limited rate, and when each was last seen: with Redis away they share it.
CREATE TABLE workers (id TEXT PRIMARY KEY, seen_at BIGINT NOT NULL);

-- Where mail lands when there is no relay.
CREATE TABLE captured (
  id TEXT PRIMARY KEY,
  at BIGINT NOT NULL,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,                  -- sealed
  message_id TEXT NOT NULL,
  raw TEXT NOT NULL                       -- gzip, sealed
);
CREATE INDEX captured_at ON captured (at DESC, id DESC);
CREATE INDEX captured_message ON captured (message_id);

-- hub -----------------------------------------------------------------------

-- Feeds that somebody subscribes to by WebSub, as they were last distributed.
CREATE TABLE hub_topics (
  topic TEXT PRIMARY KEY,                 -- path and query of the feed's self link
  version BIGINT NOT NULL,                -- counts what was distributed
  hash TEXT NOT NULL,                     -- SHA-256 of its content then
  rendered_at BIGINT NOT NULL             -- the instant that content is of
);
CREATE TABLE hub_subscriptions (
  id TEXT PRIMARY KEY,
  topic TEXT NOT NULL REFERENCES hub_topics (topic),
  asked_topic TEXT NOT NULL,              -- as the subscriber wrote it
  callback TEXT NOT NULL,
  host TEXT NOT NULL,                     -- of the callback
  secret TEXT NOT NULL,                   -- encrypted; '' when there is none
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (topic, callback)
);
CREATE INDEX hub_subscriptions_host ON hub_subscriptions (host);
CREATE INDEX hub_subscriptions_expires ON hub_subscriptions (expires_at);
-- What subscribers asked for and have not confirmed yet, and denials that they have not been told.
CREATE TABLE hub_requests (
  id TEXT PRIMARY KEY,
  mode TEXT NOT NULL,                     -- subscribe, unsubscribe, denied
  topic TEXT NOT NULL,
  asked_topic TEXT NOT NULL,
  callback TEXT NOT NULL,
  host TEXT NOT NULL,
  secret TEXT NOT NULL,
  seconds BIGINT NOT NULL,                -- the lease that is given
  from_address TEXT NOT NULL,
  lease TEXT NOT NULL,                    -- who works on it; '' when nobody does
  free_at BIGINT NOT NULL,                -- not to be claimed before: end of the lease, or the next try
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (topic, callback)
);
CREATE INDEX hub_requests_free ON hub_requests (free_at);
CREATE INDEX hub_requests_host ON hub_requests (host);
-- The ledger of content distribution: one row for each version of a topic and subscription.
CREATE TABLE hub_pings (
  subscription_id TEXT NOT NULL REFERENCES hub_subscriptions (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  state TEXT NOT NULL,                    -- queued, sent, failed, superseded by the next version
  lease TEXT NOT NULL,
  free_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  reason TEXT NOT NULL,                   -- why the last attempt failed
  created_at BIGINT NOT NULL,
  done_at BIGINT,
  PRIMARY KEY (subscription_id, version)
);
CREATE INDEX hub_pings_open ON hub_pings (free_at) WHERE state = 'queued';
CREATE INDEX hub_pings_created ON hub_pings (created_at);
-- Pages that search engines are told of (IndexNow): a row for each release that has been public.
CREATE TABLE hub_notices (
  release_id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  stamp TEXT NOT NULL,                    -- what it was when it was last noted
  state TEXT NOT NULL,                    -- queued, sent, failed
  lease TEXT NOT NULL,
  free_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL
);
CREATE INDEX hub_notices_open ON hub_notices (free_at) WHERE state = 'queued';

-- auth ----------------------------------------------------------------------

CREATE TABLE officers (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,                     -- admin, approver, writer
  password TEXT NOT NULL,                 -- argon2id in PHC form
  created_at BIGINT NOT NULL,
  disabled_at BIGINT
);
CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,                  -- SHA-256 of the cookie
  officer_id TEXT NOT NULL REFERENCES officers (id),
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_officer ON sessions (officer_id);
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  newsroom_id TEXT NOT NULL,              -- '' reaches every newsroom
  created_at BIGINT NOT NULL,
  used_at BIGINT,
  revoked_at BIGINT
);
-- One-time links: the first account, later invitations.
CREATE TABLE invitations (
  hash TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
-- Attempts at sign-in and subscribe forms, per key and window.
CREATE TABLE attempts (
  name TEXT NOT NULL,                     -- 'sign-in:address:192.0.2.1'
  window_start BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (name, window_start)
);
