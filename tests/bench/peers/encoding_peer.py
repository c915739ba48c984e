"""sentence-transformers' encode beside cameo_encoding_bench, and the matrix product of the torch beneath it as the
machine's measured GEMM rate, all three by turns. Called by ../encoding.sh."""
import json
import pathlib
import sys
import tempfile

import numpy
import torch
from sentence_transformers import SentenceTransformer
from turns import Program, machine, take_turns, timed


def licences():
    """Passages of 20 to 140 words, as real and as long as documents are."""
    words = " ".join(p.read_text(errors="replace") for p in sorted(pathlib.Path("/usr/share/common-licenses").iterdir()) if p.is_file()).split()
    texts, at, step = [], 0, 20
    while at + step < len(words):
        texts.append(" ".join(words[at : at + step]))
        at, step = at + step, 20 + (step * 37 + 11) % 121
    return texts


def read(path):
    lines = pathlib.Path(path).read_text().splitlines()
    if path.endswith(".jsonl"):
        return [" ".join(f"{r.get('title', '')} {r['text']}".split()) for r in map(json.loads, lines)]
    return [" ".join(line.split()) for line in lines]


def main(program, weights, length, rounds, count, source=None):
    torch.set_num_threads(len(__import__("os").sched_getaffinity(0)))
    texts = [t for t in (read(source) if source else licences()) if t][: int(count)]
    model = SentenceTransformer(weights, device="cpu")
    model.max_seq_length = int(length)
    config = json.loads((pathlib.Path(weights) / "config.json").read_text())
    width, inner, layers = config["hidden_size"], config["intermediate_size"], config["num_hidden_layers"]
    theirs = []

    def encode():
        theirs[:] = [model.encode(texts, batch_size=32, show_progress_bar=False)]

    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    products = 20

    def multiply():
        for _ in range(products):
            torch.mm(a, b)

    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "texts").write_text("".join(text + "\n" for text in texts))
        ours = Program(program, folder, pathlib.Path(weights).resolve(), length)
        encode(), multiply()
        vectors = numpy.fromfile(folder / "vectors", numpy.float32).reshape(len(texts), -1)
        lengths = numpy.fromfile(folder / "lengths", numpy.int64)
        # Linear layers, and the two products of attention.
        flop = float((lengths * layers * 2 * (4 * width * width + 2 * width * inner) + lengths**2 * layers * 4 * width).sum())
        print(machine("torch", "transformers", "sentence-transformers"), f"{torch.get_num_threads()} torch threads")
        print(f"{len(texts)} texts, {lengths.mean():.0f} tokens each, {flop / 1e9:.0f} GFLOP; vectors the same within {abs(vectors - theirs[0]).max():.1e}")
        best = take_turns(int(rounds), cameo=ours.round, sentence_transformers=lambda: timed(encode), gemm=lambda: timed(multiply))
        ours.close()
    gemm = products * 2 * 1024**3
    for unit, which in (("by the clock", 0), ("by processor time, all threads", 1)):
        rate = gemm / best["gemm"][which]
        print(f"  {unit}: GEMM {rate / 1e9:.1f} GFLOP/s")
        for name in ("cameo", "sentence_transformers"):
            seconds = best[name][which]
            print(f"    {name:22} {len(texts) / seconds:7.1f} documents/s, {lengths.sum() / seconds:7.0f} tokens/s, {flop / seconds / rate:5.0%} of GEMM")
        print(f"    cameo is {best['sentence_transformers'][which] / best['cameo'][which]:.2f}x")


main(*sys.argv[1:])
