"""Writes bm25.json: made-up documents and queries, and their scores by bm25s. The texts are ours: no licence is attached.

    python -m venv VENV && VENV/bin/pip install bm25s==0.3.16 PyStemmer==2.2.0.3
    VENV/bin/python make_bm25.py

PyStemmer 2.2 because it carries the Snowball of Debian 12's libstemmer; PyStemmer 3 stems some words otherwise.
"""
import json
import pathlib
import random

import bm25s
import Stemmer

WORDS = """music player terminal playing played plays library editor text editing edited editors window windows graphical
server servers mail network networking protocol analysis analyse analysing database databases query queries querying generously
generate generated generation general communication communicate arsenal skis dying lying news innings herring earring
proceed exceed succeed early singly gently happily cries flies compression compressed files filing package packages
packaged manager managing python scientific computation numerical weather climate astronomy astronomical map maps mapping
über naïve café façade 日本語 привет 3d x11 utf_8 don't state-of-the-art The A an AND of""".split()

rng = random.Random(20)
weights = [1 / (k + 1) for k in range(len(WORDS))]
rng.shuffle(WORDS)
text = lambda n: " ".join(rng.choices(WORDS, weights, k=n))
documents = [text(rng.choice([3, 10, 30, 80])) for _ in range(150)] + ["", "the of and"]
queries = [text(rng.randint(1, 7)) for _ in range(40)] + ["music music player", "nothing known", "the"]

stemmer = Stemmer.Stemmer("english")
retriever = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
retriever.index(bm25s.tokenize(documents, stemmer=stemmer, show_progress=False), show_progress=False)
rows = []
for query in queries:
    tokens = bm25s.tokenize(query, stemmer=stemmer, return_ids=False, show_progress=False)[0]
    scores = retriever.get_scores(tokens) if tokens else []
    rows.append({"text": query, "scores": {str(k): round(float(s), 6) for k, s in enumerate(scores) if s > 0}})
out = pathlib.Path(__file__).with_name("bm25.json")
lines = ",\n".join(json.dumps(r, ensure_ascii=True) for r in rows)
docs = ",\n".join(json.dumps(d, ensure_ascii=True) for d in documents)
out.write_text('{"documents": [\n' + docs + '\n], "queries": [\n' + lines + "\n]}\n", encoding="utf-8")
