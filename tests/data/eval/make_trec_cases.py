"""Random judgments and runs with heavy ties, and what trec_eval makes of them.

Writes qrels.txt, run.txt and expected.tsv beside this script. Made with Python 3.11, pytrec-eval-terrier 0.5.11
(trec_eval 9.0.8) and seed 11:  pip install pytrec-eval-terrier==0.5.11 && python make_trec_cases.py
"""
import pathlib
import random

import pytrec_eval

here = pathlib.Path(__file__).parent
rng = random.Random(11)
qrels, run = {}, {}
for number in range(60):
    query = f"q{number}"
    documents = [f"d{rng.randrange(3000)}" for _ in range(rng.choice([1, 5, 30, 200, 1500]))]
    documents += rng.sample(["D1", "Z", "a-1", "\u00e9t\u00e9", "\u4e2d"], 3)
    documents = sorted(set(documents))
    # Few levels: most scores tie. Some differ only beyond single precision, which trec_eval does not see.
    levels = rng.choice([1, 2, 5, 40])
    run[query] = {d: rng.randrange(levels) / 4 + rng.choice([0, 0, 1e-12, 1e-9]) for d in documents}
    judged = rng.sample(documents, min(len(documents), rng.choice([1, 3, 20]))) + [f"x{i}" for i in range(rng.randrange(4))]
    qrels[query] = {d: rng.choice([-1, 0, 1, 1, 2, 3]) for d in judged}
run["q58"] = {d: -score for d, score in run["q58"].items()}
del run["q59"]  # judged, but nothing was returned

measures = {"recip_rank", "ndcg_cut.10", "recall.100,1000", "map"}
evaluator = pytrec_eval.RelevanceEvaluator(qrels, measures)
whole = evaluator.evaluate(run)


def first_ten(scores):  # trec_eval -M 10
    import struct
    single = lambda value: struct.unpack("f", struct.pack("f", value))[0]
    order = sorted(scores, key=lambda d: d.encode(), reverse=True)
    order.sort(key=lambda d: -single(scores[d]))
    return {d: scores[d] for d in order[:10]}


ten = evaluator.evaluate({query: first_ten(scores) for query, scores in run.items()})

with open(here / "qrels.txt", "w") as out:
    for query, grades in qrels.items():
        for document, grade in grades.items():
            print(query, 0, document, grade, file=out)
with open(here / "run.txt", "w") as out:
    for query, scores in run.items():
        for document, score in scores.items():
            print(query, "Q0", document, 0, repr(score), "random", file=out)
with open(here / "expected.tsv", "w") as out:
    for query in qrels:
        w = whole.get(query)
        row = [ten[query]["recip_rank"], w["ndcg_cut_10"], w["recall_100"], w["recall_1000"], w["map"]] if w else [0] * 5
        print(query, *(f"{value:.6f}" for value in row), sep="\t", file=out)
