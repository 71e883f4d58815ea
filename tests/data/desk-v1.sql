-- SPDX-License-Identifier: Apache-2.0
-- A desk.db of version 1 (daemon/desk/desk_store.cc), as sqlite3's .dump wrote it. Never edited: every later Openline opens it.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE officer (
  name TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  state INTEGER NOT NULL,
  grants TEXT NOT NULL,
  password TEXT NOT NULL,        -- argon2id; empty: none yet
  wrong_passwords INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  first_half BLOB,               -- BLAKE2b-256 of the halves of the code
  second_half BLOB,
  code_until INTEGER NOT NULL,
  wrong_codes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO officer VALUES('ann','Cdr. Ann',1,replace('*: supervisor, auditor\n','\n',char(10)),'hash of ann',0,0,NULL,NULL,0,0);
INSERT INTO officer VALUES('bob','Lt. Bob ü',2,replace('defense: officer, releaser\n','\n',char(10)),'hash of bob',3,1700000060000,NULL,NULL,0,0);
CREATE TABLE session (
  key BLOB PRIMARY KEY,          -- BLAKE2b-256 of the token
  officer TEXT NOT NULL,
  began INTEGER NOT NULL,
  last_used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO session VALUES(X'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f','ann',1700000000000,1700000001000);
CREATE TABLE people_change (
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  officer TEXT NOT NULL,
  title TEXT NOT NULL,
  grants TEXT NOT NULL,
  first_half BLOB,
  proposed_by TEXT NOT NULL,
  time INTEGER NOT NULL,
  state INTEGER NOT NULL,
  decided_by TEXT NOT NULL
) STRICT;
INSERT INTO people_change VALUES(1,3,'bob','','',NULL,'ann',1700000000000,0,'');
CREATE TABLE draft (
  number INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  line BLOB NOT NULL,
  desk TEXT NOT NULL,
  act TEXT NOT NULL,
  body TEXT NOT NULL,            -- JSON
  precedence INTEGER NOT NULL,
  class INTEGER NOT NULL,
  exercise TEXT NOT NULL,
  people INTEGER NOT NULL,       -- who must stand behind it
  releaser INTEGER NOT NULL,
  state INTEGER NOT NULL,
  author TEXT NOT NULL,
  time INTEGER NOT NULL,
  remark TEXT NOT NULL,
  key TEXT NOT NULL,             -- idempotency: of what it becomes, and the one that it was made with
  made_with TEXT NOT NULL,
  meaning BLOB NOT NULL
) STRICT;
INSERT INTO draft VALUES(1,2,X'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f','defense','entries','{"text":"Hold."}',3,1,'JUNE',2,1,1,'bob',1700000000000,'a remark','draft:1','',X'0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE draft_release (
  draft INTEGER NOT NULL,
  officer TEXT NOT NULL,
  time INTEGER NOT NULL,
  emergency TEXT NOT NULL,
  PRIMARY KEY (draft, officer)
) STRICT, WITHOUT ROWID;
INSERT INTO draft_release VALUES(1,'ann',1700000000000,'');
CREATE TABLE draft_entry (
  draft INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (draft, serial)
) STRICT, WITHOUT ROWID;
CREATE TABLE alarm (             -- those that are not over
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  line BLOB NOT NULL,
  line_name TEXT NOT NULL,
  desk TEXT NOT NULL,
  entry TEXT NOT NULL,
  draft INTEGER NOT NULL,
  precedence INTEGER NOT NULL,
  class INTEGER NOT NULL,
  exercise TEXT NOT NULL,
  words TEXT NOT NULL,
  since INTEGER NOT NULL,
  steps INTEGER NOT NULL,        -- of the plan that were taken
  answered_by TEXT NOT NULL,
  answered INTEGER NOT NULL
) STRICT;
INSERT INTO alarm VALUES(1,3,X'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f','defense','defense','',0,0,0,'','the line is silent',1700000000000,1,'',0);
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  officer TEXT NOT NULL,
  act TEXT NOT NULL,
  address TEXT NOT NULL,
  status INTEGER NOT NULL,       -- 0: not answered
  note TEXT NOT NULL
) STRICT;
INSERT INTO audit VALUES(1,1700000000000,'ann','POST /v1/officers/{}/disable','/v1/officers/bob/disable',200,'');
PRAGMA user_version=1;
PRAGMA application_id=1330406507;
COMMIT;
