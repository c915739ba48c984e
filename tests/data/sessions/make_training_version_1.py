#!/usr/bin/env python3
"""Writes training-version-1.db: a training with schema version 1, as docs/training-format.md describes it.

The file stands for what users have on their disks, so it is never made again once a newer schema exists.
Needs Python's sqlite3 (any version).
"""
import pathlib
import sqlite3
import struct

path = pathlib.Path(__file__).with_name("training-version-1.db")
path.unlink(missing_ok=True)
db = sqlite3.connect(path)
db.executescript("""
    PRAGMA page_size = 1024;
    CREATE TABLE metric_names(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE metrics(
        name_id INTEGER NOT NULL REFERENCES metric_names(id), step INTEGER NOT NULL, value REAL,
        PRIMARY KEY(name_id, step)) WITHOUT ROWID;
    CREATE TABLE competition(
        step INTEGER NOT NULL, instance INTEGER NOT NULL, query TEXT NOT NULL, ranks BLOB NOT NULL,
        weights BLOB NOT NULL, PRIMARY KEY(step, instance)) WITHOUT ROWID;
    CREATE TABLE events(
        id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, step INTEGER NOT NULL, kind TEXT NOT NULL,
        text TEXT NOT NULL);
    CREATE TABLE commands(
        id INTEGER PRIMARY KEY, left_ms INTEGER NOT NULL, kind TEXT NOT NULL, argument TEXT NOT NULL,
        answered_ms INTEGER, step INTEGER, refusal TEXT);
    PRAGMA application_id = 1129141297;
    PRAGMA user_version = 1;
""")
db.executemany("INSERT INTO metric_names VALUES (?, ?)", [(1, "loss"), (2, "dev.fusion.MRR@10")])
db.executemany("INSERT INTO metrics VALUES (?, ?, ?)", [(1, 1, 2.5), (1, 2, None), (2, 2, 0.25)])
db.execute("INSERT INTO competition VALUES (2, 0, 'q7', ?, ?)",
           (struct.pack("<3f", 1, 2.5, 40), struct.pack("<3f", 1.5, 1, 0.5)))
db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", [
    (1, 1000, 0, "started", "Training demo on debian."), (2, 2000, 2, "danced", "A later version may.")])
db.executemany("INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?, ?)", [
    (1, 1500, "checkpoint", "", 1600, 1, None), (2, 1700, "set", "depth=3", 1800, 2, "depth cannot change."),
    (3, 1900, "pause", "", None, None, None)])
db.commit()
db.execute("PRAGMA journal_mode = WAL")
db.close()
