"""faiss-cpu beside cameo_global_bench, same vectors and parameters. Called by ../global.sh. An .npz holds p [D, H] and
pq [Q, H]."""
import pathlib
import sys
import tempfile

import faiss
import numpy
from turns import Program, growth, machine, recall, report, take_turns, timed, write

K = 100
MOST_HNSW = 100_000  # vectors: beyond that building it twice takes many minutes


def made_up(documents, queries, width, rng):
    centres = rng.standard_normal((200, width), numpy.float32)
    x = rng.standard_normal((documents + queries, width), numpy.float32)
    x += centres[rng.integers(0, 200, documents + queries)]
    x /= numpy.linalg.norm(x, axis=1, keepdims=True)
    return {"p": x[:documents], "pq": x[documents:]}


def main(program, rounds, *sources):
    print(machine("faiss-cpu", "numpy"))
    faiss.omp_set_num_threads(1)
    rng = numpy.random.default_rng(1)
    times = {"flat": {}, "hnsw": {}}
    for source in sources or (3_000, 30_000, 300_000):
        data = dict(numpy.load(source)) if isinstance(source, str) else made_up(source, 100, 384, rng)
        documents, queries = data["p"].astype(numpy.float32), data["pq"][:100].astype(numpy.float32)
        if len(documents) > MOST_HNSW:
            queries = queries[:20]  # a scan of half a gigabyte each
        width = documents.shape[1]
        print(f"{source}: {len(documents)} vectors of {width}")
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            write(folder, shape=numpy.array([width]), documents=documents, queries=queries)
            for kind in ("flat", "hnsw"):
                if kind == "hnsw" and len(documents) > MOST_HNSW:
                    print(f"  hnsw is left out: building it for more than {MOST_HNSW:,} vectors takes minutes")
                    continue
                if kind == "flat":
                    index = faiss.IndexFlatIP(width)
                else:
                    index = faiss.IndexHNSWFlat(width, 32, faiss.METRIC_INNER_PRODUCT)
                    index.hnsw.efConstruction, index.hnsw.efSearch = 100, 128
                index.add(documents)
                right = faiss.knn(queries, documents, K, metric=faiss.METRIC_INNER_PRODUCT)[1]
                search = lambda: [index.search(q[None], K)[1][0] for q in queries]
                ours = Program(program, folder, kind)
                found = numpy.fromfile(folder / "found", numpy.int64).reshape(len(queries), -1)
                print(f"  {kind}: recall of cameo {recall(found, right):.4f}, of faiss-cpu {recall(numpy.stack(search()), right):.4f}")
                best = take_turns(rounds, cameo=ours.round, **{"faiss-cpu": lambda: timed(search)})
                report(len(queries), best)
                times[kind][len(documents)] = best["cameo"][1] / len(queries)
                ours.close()
    for kind, seconds in times.items():
        growth(f"cameo, {kind} search", seconds)


main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
