"""PyLate's rank.rerank beside cameo_maxsim_bench on the same vectors. Called by ../maxsim.sh. An .npz holds rows [n, H],
lens [D], q [m, H], ql [Q]."""
import pathlib
import sys
import tempfile

import numpy
import torch
from pylate import rank
from turns import Program, machine, recall, report, take_turns, timed, write


def made_up(documents, queries, width, rng):
    """Words' directions moved by a topic and noise, 20 to 128 tokens a document, 4 to 32 a query."""
    words = rng.standard_normal((5000, width))
    words /= numpy.linalg.norm(words, axis=1, keepdims=True)

    def texts(lengths):
        rows = []
        for n in lengths:
            picked = words[(rng.random(n) * rng.random(n) * len(words)).astype(int)]
            x = picked + 0.4 * rng.standard_normal((1, width)) / width**0.5 + 0.4 * rng.standard_normal((n, width)) / width**0.5
            rows.append(x / numpy.linalg.norm(x, axis=1, keepdims=True))
        return numpy.concatenate(rows).astype(numpy.float32)

    lens, ql = rng.integers(20, 129, documents), rng.integers(4, 33, queries)
    return {"rows": texts(lens), "lens": lens, "q": texts(ql), "ql": ql}


def main(program, rounds, source=None):
    print(machine("pylate", "torch"), f"{torch.get_num_threads()} torch threads")
    rng = numpy.random.default_rng(1)
    sources = {source: dict(numpy.load(source))} if source else {f"made up, width {w}": made_up(1000, 20, w, rng) for w in (128, 384)}
    for name, data in sources.items():
        width, ql = data["rows"].shape[1], data["ql"][:20].astype(numpy.int64)
        everything = {"shape": numpy.array([width]), "documents": data["rows"].astype(numpy.float32), "queries": data["q"][: ql.sum()],
                      "document_lengths": data["lens"].astype(numpy.int64), "query_lengths": ql}
        lens = everything["document_lengths"][:1000]
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            write(folder, **everything | {"documents": everything["documents"][: lens.sum()], "document_lengths": lens})
            # Both are given what is stored: half precision, unpacked for PyLate beforehand.
            stored = torch.from_numpy(everything["documents"][: lens.sum()].astype(numpy.float16).astype(numpy.float32))
            documents = list(torch.split(stored, lens.tolist()))
            queries = list(torch.split(torch.from_numpy(everything["queries"]), ql.tolist()))
            ids = list(range(len(documents)))
            score = lambda: [rank.rerank([ids], [q], [documents])[0] for q in queries]
            ours = Program(program, folder)
            right = numpy.fromfile(folder / "scores", numpy.float32).reshape(len(queries), -1)
            # PyLate pads documents with vectors of 0, which lifts a negative maximum to 0: not compared, plain products are.
            plain = numpy.array([[(q @ d.T).max(1).values.sum().item() for d in documents] for q in queries[:3]])
            worst = abs(plain - right[:3]).max()
            print(f"{name}: {len(lens)} documents, {lens.mean():.0f} tokens each, queries of {ql.mean():.0f}; scores right within {worst:.1e}")
            report(len(queries), take_turns(rounds, cameo=ours.round, pylate=lambda: timed(score)))
            ours.close()
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            write(folder, **everything)
            exact = Program(program, folder, "exact")
            right = numpy.fromfile(folder / "found", numpy.int64).reshape(len(ql), -1)
            ours = Program(program, folder, "search")
            found = numpy.fromfile(folder / "found", numpy.int64).reshape(len(ql), -1)
            print(f"  the best 100 of {len(everything['document_lengths'])}: recall {recall(found, right):.3f}, at 10 {recall(found[:, :10], right[:, :10]):.3f}")
            report(len(ql), take_turns(rounds, cameo=ours.round, exhaustive=exact.round))
            ours.close(), exact.close()


main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
