"""Runs bm25s and cameo_bm25_bench on the same texts and prints both with their ratio. Called by ../bm25.sh."""
import json
import pathlib
import platform
import random
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version

import bm25s
import numpy
import Stemmer
from turns import growth

K = 100
MOST_BM25S = 100_000  # documents: beyond that its rounds take minutes


def made_up(folder, documents):
    """Words of Zipf's frequencies; a long tail of rare ones, as in real text."""
    rng = random.Random(1)
    words = ["".join(rng.choices("etaoinshrdlucmfwypvbgkjqxz", range(26, 0, -1), k=rng.randint(2, 11))) for _ in range(100_000)]
    sums, total = [], 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 2.7) ** 1.05
        sums.append(total)
    text = lambda n: " ".join(rng.choices(words, cum_weights=sums, k=n))
    with open(folder / "corpus.jsonl", "w") as out:
        for k in range(documents):
            out.write(json.dumps({"_id": str(k), "title": text(5), "text": text(rng.randint(20, 140))}) + "\n")
    with open(folder / "queries.jsonl", "w") as out:
        for k in range(500):
            out.write(json.dumps({"_id": str(k), "text": text(rng.randint(2, 9))}) + "\n")


def texts(file):
    rows = (json.loads(line) for line in open(file, encoding="utf-8"))
    return [" ".join(part for part in (row.get("title", ""), row.get("text", "")) if part) for row in rows]


def fastest(rounds, work):
    best, result = float("inf"), None
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    return best, result


def peer(folder, rounds, backend):
    documents, queries = texts(folder / "corpus.jsonl"), texts(folder / "queries.jsonl")
    stemmer = Stemmer.Stemmer("english")
    tokens = lambda rows: bm25s.tokenize(rows, stemmer=stemmer, show_progress=False)

    def build():
        retriever = bm25s.BM25(method="lucene", k1=1.2, b=0.75, backend=backend)
        retriever.index(tokens(documents), show_progress=False)
        return retriever

    build_s, retriever = fastest(rounds, build)
    k = min(K, len(documents))
    threads = {"n_threads": 0} if backend != "numba" else {"n_threads": 1}
    tokenized = tokens(queries)
    retrieve = lambda query_tokens: retriever.retrieve(query_tokens, k=k, show_progress=False, **threads)
    retrieve(tokenized)  # numba compiles at the first call
    search_s, found = fastest(rounds, lambda: retrieve(tokens(queries)))
    retrieve_s, _ = fastest(rounds, lambda: retrieve(tokenized))
    return {"name": f"bm25s ({backend})", "build_s": build_s, "search_s": search_s, "retrieve_s": retrieve_s,
            "scores": numpy.asarray(found.scores).tolist()}


def compare(name, folder, program, rounds):
    own = json.loads(subprocess.run([program, str(folder), str(K), str(rounds)], check=True, stdout=subprocess.PIPE).stdout)
    small = own["documents"] <= MOST_BM25S
    peers = [peer(folder, rounds, backend) for backend in ("numpy", "numba")] if small else []
    print(f"\n{name}: {own['documents']:,} documents, {own['queries']:,} queries, k = {K}, "
          f"{own['bytes_per_document']:.0f} bytes a document")
    print(f"{'':16}{'build':>12}{'search':>14}{'without text':>14}")
    per_query = lambda row, key: f"{row[key] / own['queries'] * 1e6:11.1f} us"
    for row in [own, *peers]:
        print(f"{row['name']:16}{row['build_s'] * 1e3:9.1f} ms{per_query(row, 'search_s')}{per_query(row, 'retrieve_s')}")
    if not small:
        print(f"bm25s is left out: with more than {MOST_BM25S:,} documents its rounds take minutes")
        return own
    best = {key: min(p[key] for p in peers) for key in ("build_s", "search_s", "retrieve_s")}
    print(f"{'against best':16}{best['build_s'] / own['build_s']:11.1f}x{best['search_s'] / own['search_s']:13.1f}x"
          f"{best['retrieve_s'] / own['retrieve_s']:13.1f}x")
    pad = lambda rows: numpy.array([list(r) + [0.0] * (K - len(r)) for r in rows])
    print(f"largest difference of a score: {numpy.abs(pad(own['scores']) - pad(peers[0]['scores'])).max():.1e}")
    return own


def main():
    program, rounds, folders = sys.argv[1], int(sys.argv[2]), [pathlib.Path(p) for p in sys.argv[3:]]
    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    print(f"{processor}, {platform.system()} {platform.release()}, 1 thread each, processor time; Python {platform.python_version()}, "
          + ", ".join(f"{p} {version(p)}" for p in ("bm25s", "PyStemmer", "numba", "numpy")))
    for folder in folders:
        compare(folder.name, folder, program, rounds)
    if not folders:
        runs = []
        for documents in (3_000, 30_000, 300_000):
            with tempfile.TemporaryDirectory() as name:
                made_up(pathlib.Path(name), documents)
                runs.append(compare("made up", pathlib.Path(name), program, rounds if documents < MOST_BM25S else 1))
        print()
        for what, key in (("build", "build_s"), ("search", "search_s")):
            growth(f"cameo, {what}", {run["documents"]: run[key] for run in runs})


if __name__ == "__main__":
    main()
