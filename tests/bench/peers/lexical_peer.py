"""bm25s (over the same weights) and Seismic beside cameo_lexical_bench, exact and approximate. Called by ../lexical.sh. An .npz
holds terms t and weights w [n], lens [D], the queries' qt, qw [m], ql [Q]."""
import pathlib
import sys
import tempfile

import bm25s.scoring
import bm25s.selection
import numba
import numpy
import scipy.sparse
import seismic
from turns import Program, growth, machine, recall, report, take_turns, timed, write

K = 100
V = 30522
OURS = ((10, 1.0), (10, 1.5), (20, 2.0))  # heaviest terms of a query, heap factor
MOST_SEISMIC = 100_000  # documents: beyond that its build takes minutes


def made_up(documents, queries, rng):
    """About 120 terms a document and 25 a query, of Zipf's frequencies, log-normal weights: like SPLADE's."""
    chance = 1 / (numpy.arange(V) + 20.0)
    cumulated = numpy.cumsum(chance / chance.sum())

    def vectors(lengths):
        terms, weights = [], []
        for n in lengths:
            picked = numpy.unique(numpy.searchsorted(cumulated, rng.random(n)))
            terms.append(picked)
            weights.append(numpy.minimum(rng.lognormal(-0.7, 0.7, len(picked)), 3.5))
        return numpy.concatenate(terms).astype(numpy.int32), numpy.concatenate(weights).astype(numpy.float32), numpy.array([len(t) for t in terms])

    t, w, lens = vectors(rng.integers(60, 220, documents))
    qt, qw, ql = vectors(rng.integers(12, 45, queries))
    return dict(t=t, w=w, lens=lens, qt=qt, qw=qw, ql=ql)


def main(program, rounds, *sources):
    print(machine("bm25s", "pyseismic-lsr", "numpy"))
    rng = numpy.random.default_rng(1)
    times = {}
    for source in sources or (3_000, 30_000, 300_000):
        data = dict(numpy.load(source)) if isinstance(source, str) else made_up(source, 200, rng)
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            lens, ql = data["lens"].astype(numpy.int64), data["ql"].astype(numpy.int64)
            write(folder, shape=numpy.array([V]), document_terms=data["t"], document_weights=data["w"], document_lengths=lens,
                  query_terms=data["qt"], query_weights=data["qw"], query_lengths=ql)
            print(f"{source}: {len(lens)} documents of {lens.mean():.0f} terms, {len(ql)} queries of {ql.mean():.0f}", flush=True)
            ours = Program(program, folder)
            right = numpy.fromfile(folder / "found", numpy.int64).reshape(len(ql), -1)
            sides, known, programs = {"cameo": ours.round}, {}, [ours]
            for cut, heap in OURS:
                name = f"cameo, approximate, cut {cut} heap {heap}"
                programs.append(Program(program, folder, "seismic", cut, heap))
                sides[name] = programs[-1].round
                known[name] = recall(numpy.fromfile(folder / "found-approximate", numpy.int64).reshape(len(ql), -1), right)
        queries = [(data["qt"][e - n : e], data["qw"][e - n : e]) for e, n in zip(numpy.cumsum(ql), ql)]

        # bm25s adds up the columns of the query's terms; it knows no weights of query terms, which favours it a little.
        kernel = numba.njit(bm25s.scoring._compute_relevance_from_scores_jit_ready)
        float32 = numpy.float32
        csc = scipy.sparse.csr_matrix((data["w"], data["t"], numpy.concatenate([[0], numpy.cumsum(lens)])), (len(lens), V)).tocsc()
        weights, indptr, indices = csc.data, csc.indptr.astype(numpy.int64), csc.indices.astype(numpy.int64)

        def bm25s_search():
            found = []
            for terms, values in queries:
                scores = kernel(weights, indptr, indices, len(lens), terms, float32)
                found.append(bm25s.selection.topk(scores, min(K, len(lens)), backend="numpy", sorted=True)[1])
            return found

        bm25s_search()
        sides["bm25s (weights of 1)"] = lambda: timed(bm25s_search)

        if len(lens) <= MOST_SEISMIC:
            strings = numpy.array([str(v) for v in range(V)], seismic.get_seismic_string())
            dataset = seismic.SeismicDataset()
            begins = numpy.concatenate([[0], numpy.cumsum(lens)])
            for d in range(len(lens)):
                dataset.add_document(str(d), strings[data["t"][begins[d] : begins[d + 1]]], data["w"][begins[d] : begins[d + 1]])
            index = seismic.SeismicIndex.build_from_dataset(dataset, num_threads=2)
            named = [(strings[t], w) for t, w in queries]
            for cut, heap in ((5, 0.9), (10, 0.8), (20, 0.8), (50, 0.8), (50, 0.6), (100, 0.3)):
                search = lambda cut=cut, heap=heap: [index.search("q", t, w, k=K, query_cut=cut, heap_factor=heap) for t, w in named]
                reached = sum(len({int(h[2]) for h in hits} & set(r)) for hits, r in zip(search(), right.tolist())) / right.size
                known[f"seismic cut {cut} heap {heap}"] = reached
                sides[f"seismic cut {cut} heap {heap}"] = lambda search=search: timed(search)
        else:
            print(f"  Seismic is left out: building it for more than {MOST_SEISMIC:,} documents takes minutes")
        best = take_turns(rounds, **sides)
        report(len(ql), best)
        print("  recall against exact:", "; ".join(f"{n}: {r:.3f}" for n, r in known.items()))
        times[len(lens)] = best["cameo"][1]
        for one in programs:
            one.close()
    growth("cameo, search", times)


main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
