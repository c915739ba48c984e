"""faiss-cpu beside cameo_global_bench, same vectors and parameters. Called by ../global.sh. An .npz holds p [D, H] and
pq [Q, H]."""
import pathlib
import sys
import tempfile

import faiss
import numpy
from turns import Program, machine, recall, report, take_turns, timed, write

K = 100


def made_up(documents, queries, width, rng):
    centres = rng.standard_normal((200, width))
    x = centres[rng.integers(0, 200, documents + queries)] + 1.0 * rng.standard_normal((documents + queries, width))
    x = (x / numpy.linalg.norm(x, axis=1, keepdims=True)).astype(numpy.float32)
    return {"p": x[:documents], "pq": x[documents:]}


def main(program, rounds, *sources):
    print(machine("faiss-cpu", "numpy"))
    faiss.omp_set_num_threads(1)
    rng = numpy.random.default_rng(1)
    for source in sources or (3_000, 30_000):
        data = dict(numpy.load(source)) if isinstance(source, str) else made_up(source, 100, 384, rng)
        documents, queries = data["p"].astype(numpy.float32), data["pq"][:100].astype(numpy.float32)
        width = documents.shape[1]
        print(f"{source}: {len(documents)} vectors of {width}")
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            write(folder, shape=numpy.array([width]), documents=documents, queries=queries)
            for kind in ("flat", "hnsw"):
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
                report(len(queries), take_turns(rounds, cameo=ours.round, **{"faiss-cpu": lambda: timed(search)}))
                ours.close()


main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
