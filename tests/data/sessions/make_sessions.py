#!/usr/bin/env python3
"""Writes version-N.cameo, a session with schema version N as docs/session-format.md describes it: make_sessions.py N

The files stand for what users have on their disks, so one is never made again once a newer schema exists.
Needs Python's sqlite3 (any version) and the zstd program (1.5.4 was used).
"""
import json
import pathlib
import sqlite3
import subprocess
import sys

version = int(sys.argv[1])
path = pathlib.Path(__file__).with_name(f"version-{version}.cameo")
path.unlink(missing_ok=True)
db = sqlite3.connect(path)
db.executescript("""
    PRAGMA page_size = 1024;
    CREATE TABLE state(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE traces(
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created_ms INTEGER NOT NULL, query TEXT NOT NULL,
        model TEXT NOT NULL, collection TEXT NOT NULL, bytes INTEGER NOT NULL);
    CREATE INDEX traces_by_time ON traces(created_ms DESC, id);
    CREATE TABLE trace_contents(number INTEGER PRIMARY KEY REFERENCES traces(number), zstd BLOB NOT NULL);
    CREATE TABLE history(
        number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, query TEXT NOT NULL, model TEXT NOT NULL,
        collection TEXT NOT NULL, trace_id TEXT NOT NULL);
    CREATE INDEX history_by_time ON history(at_ms DESC, number DESC);
    CREATE INDEX history_by_query ON history(query, at_ms);
    PRAGMA application_id = 1129141041;
""")
selection = {"trace": "t2", "document": "mpv", "documents": ["mpv", "moc"], "expert": "lexical", "token": 3}
db.executemany("INSERT INTO state VALUES (?, ?)", [
    ("layout_name", "Inspect"), ("layout", "[Window][Query bench]\nPos=0,20\n"), ("model", "demo"),
    ("collection", "debian"), ("query", "play music in the terminal"), ("fusion", "rrf"),
    ("selection", json.dumps(selection)), ("setting:theme", "dark"), ("something of a later version", "kept")])
for number, (trace, query) in enumerate([("t1", "first"), ("t2", "play music in the terminal")], start=1):
    content = (trace + " content ").encode() * 100
    db.execute("INSERT INTO traces VALUES (?, ?, ?, ?, 'demo', 'debian', ?)", (number, trace, 1000 * number, query, len(content)))
    frame = subprocess.run(["zstd", "-q", "--check", "--stream-size=%d" % len(content)], input=content, capture_output=True, check=True).stdout
    db.execute("INSERT INTO trace_contents VALUES (?, ?)", (number, frame))
    db.execute("INSERT INTO history(at_ms, query, model, collection, trace_id) VALUES (?, ?, 'demo', 'debian', ?)", (1000 * number, query, trace))
if version >= 2:
    db.execute("""
        CREATE TABLE judgments(
            collection TEXT NOT NULL, query TEXT NOT NULL, document TEXT NOT NULL, query_id TEXT NOT NULL,
            grade INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(collection, query, document)) WITHOUT ROWID""")
    db.executemany("INSERT INTO judgments VALUES ('debian', ?, ?, ?, ?, ?)", [
        ("play music in the terminal", "mpv", "q17", 2, 3000), ("words of my own", "vim", "", 0, 4000)])
if version >= 3:
    db.executescript("""
        CREATE TABLE bookmarks(
            id TEXT PRIMARY KEY, place INTEGER NOT NULL, made_ms INTEGER NOT NULL, title TEXT NOT NULL,
            caption TEXT NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE notes(
            kind TEXT NOT NULL, collection TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
            at_ms INTEGER NOT NULL, PRIMARY KEY(kind, collection, subject)) WITHOUT ROWID;
    """)
    state = {"layout_name": "Compare", "query": "play music in the terminal", "selection": json.dumps(selection)}
    db.executemany("INSERT INTO bookmarks VALUES (?, ?, 5000, ?, ?, ?)", [
        ("b1", 1, "Second", "", "{}"), ("b2", 0, "Why mpv is first", "all three experts agree", json.dumps(state))])
    db.executemany("INSERT INTO notes VALUES (?, ?, ?, ?, 6000)", [
        ("session", "", "", "what we learnt"), ("document", "debian", "mpv", "plays films too")])
if version >= 4:
    db.executescript("""
        CREATE TABLE stories(
            id TEXT PRIMARY KEY, place INTEGER NOT NULL, made_ms INTEGER NOT NULL, title TEXT NOT NULL,
            about TEXT NOT NULL) WITHOUT ROWID;
        ALTER TABLE bookmarks ADD COLUMN story TEXT NOT NULL DEFAULT '';
        ALTER TABLE bookmarks ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
    """)
    db.execute("INSERT INTO stories VALUES ('s1', 0, 7000, 'Why we need three experts', 'What each is good at.')")
    db.execute("INSERT INTO bookmarks VALUES ('b3', 2, 7000, 'Words that match', '{first} is first.', ?, 's1', 1)", (json.dumps(state),))
db.execute(f"PRAGMA user_version = {version}")
db.commit()
db.close()
