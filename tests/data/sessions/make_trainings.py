#!/usr/bin/env python3
"""Writes training-version-N.db, a training with schema version N as docs/training-format.md describes it: make_trainings.py N

The files stand for what users have on their disks, so one is never made again once a newer schema exists.
Needs Python's sqlite3 (any version).
"""
import pathlib
import sqlite3
import struct
import sys

version = int(sys.argv[1])
path = pathlib.Path(__file__).with_name(f"training-version-{version}.db")
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
if version >= 2:
    db.executescript("""
        CREATE TABLE probe_systems(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE probe_queries(
            id INTEGER PRIMARY KEY, query TEXT NOT NULL, text TEXT NOT NULL, category TEXT NOT NULL, right_one INTEGER NOT NULL);
        CREATE TABLE probe_documents(id INTEGER PRIMARY KEY, document TEXT NOT NULL, title TEXT NOT NULL);
        CREATE TABLE probes(
            step INTEGER PRIMARY KEY, ranks BLOB NOT NULL, top BLOB NOT NULL, probabilities BLOB NOT NULL,
            weights BLOB NOT NULL, document_weights BLOB NOT NULL);
    """)
    db.executemany("INSERT INTO probe_systems VALUES (?, ?)", [(0, "lexical"), (1, "fusion")])
    db.execute("INSERT INTO probe_queries VALUES (0, 'q7', 'play music', 'mixed', 1)")
    db.executemany("INSERT INTO probe_documents VALUES (?, ?, ?)", [(0, "mpv", "A player"), (1, "moc", "")])
    db.execute("INSERT INTO probes VALUES (2, ?, ?, ?, ?, ?)",
               (struct.pack("<2i", 2, 1), struct.pack("<4i", 0, 1, 1, 0), struct.pack("<2f", 0.5, 0.5),
                struct.pack("<2f", 1, 0), struct.pack("<2f", 0, 1)))
db.execute(f"PRAGMA user_version = {version}")
db.commit()
db.execute("PRAGMA journal_mode = WAL")
db.close()
