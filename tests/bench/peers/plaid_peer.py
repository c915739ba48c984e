"""fast-plaid beside cameo_maxsim_bench over the same token vectors, two bits a value. Called by ../plaid.sh."""
import pathlib
import sys
import tempfile
import time

import numpy
import torch
from fast_plaid import search
from turns import Program, growth, machine, recall, report, take_turns, timed, write

K, WIDTH = 100, 128


def made_up(documents, queries, rng):
    """Words' directions moved by a topic and noise, 20 to 128 tokens a document; a query is some of a document's tokens, moved again."""
    words = rng.standard_normal((20_000, WIDTH)).astype(numpy.float32)
    words /= numpy.linalg.norm(words, axis=1, keepdims=True)
    lens = rng.integers(20, 129, documents)
    rows = words[(rng.random(lens.sum()) * rng.random(lens.sum()) * len(words)).astype(int)]
    topics = rng.standard_normal((documents, WIDTH)).astype(numpy.float32) / WIDTH**0.5
    rows = rows + 0.5 * numpy.repeat(topics, lens, axis=0) + 0.4 * rng.standard_normal(rows.shape).astype(numpy.float32) / WIDTH**0.5
    rows /= numpy.linalg.norm(rows, axis=1, keepdims=True)
    ends = numpy.cumsum(lens)
    q = []
    for document in rng.integers(0, documents, queries):
        picked = rng.choice(lens[document], min(int(rng.integers(4, 33)), lens[document]), replace=False)
        x = rows[ends[document] - lens[document] + picked]
        x = x + 0.6 * rng.standard_normal(x.shape).astype(numpy.float32) / WIDTH**0.5
        q.append(x / numpy.linalg.norm(x, axis=1, keepdims=True))
    return rows, lens.astype(numpy.int64), q


def main(program, rounds, *sizes):
    print(machine("fast-plaid", "torch"), f"{torch.get_num_threads()} torch threads")
    rng = numpy.random.default_rng(1)
    times = {}
    for size in map(int, sizes or (2_000, 5_000)):
        rows, lens, queries = made_up(size, 50, rng)
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            write(folder, shape=numpy.array([WIDTH]), documents=rows, document_lengths=lens, queries=numpy.concatenate(queries),
                  query_lengths=numpy.array([len(q) for q in queries], numpy.int64))
            exact = Program(program, folder, "exact")
            right = numpy.fromfile(folder / "found", numpy.int64).reshape(len(queries), -1)
            exact.close()
            sides, known, at_10, programs = {}, {}, {}, []
            for rescored in (400, 1024):
                name = "cameo" if rescored == 400 else f"cameo, {rescored:,} rescored"
                programs.append(Program(program, folder, "coded", rescored))
                found = numpy.fromfile(folder / "found", numpy.int64).reshape(len(queries), -1)
                sides[name] = programs[-1].round
                known[name], at_10[name] = recall(found, right), recall(found[:, :10], right[:, :10])

            started = time.process_time()
            plaid = search.FastPlaid(index=str(folder / "plaid"), device="cpu")
            plaid.create(documents_embeddings=list(torch.split(torch.from_numpy(rows), lens.tolist())), nbits=2)
            print(f"{size:,} documents of {lens.mean():.0f} tokens; fast-plaid built in {time.process_time() - started:.0f} s of processor time")
            tensors = [torch.from_numpy(q)[None] for q in queries]

            def ask(probes, full):
                return [plaid.search(queries_embeddings=q, top_k=K, n_ivf_probe=probes, n_full_scores=full, show_progress=False)[0] for q in tensors]

            for probes, full in ((8, 4096), (8, 1024), (4, 1024), (16, 8192)):
                name = f"fast-plaid {probes} probes, {full}"
                hits = [[d for d, _ in h] for h in ask(probes, full)]
                known[name] = sum(len(set(h) & set(r)) for h, r in zip(hits, right.tolist())) / right.size
                at_10[name] = sum(len(set(h[:10]) & set(r[:10])) for h, r in zip(hits, right.tolist())) / right[:, :10].size
                sides[name] = lambda probes=probes, full=full: timed(lambda: ask(probes, full))
            best = take_turns(rounds, **sides)
            report(len(queries), best)
            print("  recall of the best 100, and of the best 10:", ", ".join(f"{n}: {known[n]:.3f}, {at_10[n]:.3f}" for n in known))
            times[size] = best["cameo"][1]
            for started in programs:
                started.close()
    growth("cameo, search", times)


main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
