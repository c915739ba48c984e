"""Optimiser steps of cameo_training_step_bench beside the same steps in PyTorch (training_step_torch.py), by turns: the same
weights, batches and losses. Called by ../training_step.sh."""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy
from turns import Program, machine

COMMON = {"seed": 1, "batch": {"queries": 16, "negatives": 1, "query_tokens": 32, "document_tokens": 64}, "gate": {"noise": False, "importance": 0.05}}
RECIPES = {
    "came": {**COMMON, "optimizer": {"layers_rate": 1e-4, "heads_rate": 5e-4, "encoder_rate": 0, "weight_decay": 0.01, "clip": 5},
             "loss": {"global_scale": 20, "flops_query": 0.003, "flops_document": 0.001, "flops_ramp": 150, "most_terms": 256}},
    "sbmoe": {**COMMON, "optimizer": {"heads_rate": 1e-3, "gate_rate": 1e-3, "encoder_rate": 0, "weight_decay": 0.01, "clip": 5},
              "loss": {"temperature": 0.05}},
    "sbmoe-encoder": {**COMMON, "optimizer": {"heads_rate": 1e-3, "gate_rate": 1e-3, "encoder_rate": 2e-5, "weight_decay": 0.01,
                                              "clip": 5, "frozen_layers": 0},
                      "loss": {"temperature": 0.05}},
}
SEEN = 4  # batches that come round where texts are said to be seen before
# What each part runs: Cameo's sides and how many batches they go round in, PyTorch's sides and what they are written as.
PARTS = {
    "CAME: 4 shared layers frozen, 3 x 2 own, lexical head": ("came", {"cameo": 0, "cameo, texts seen before": SEEN},
                                                              {"PyTorch": "came", "PyTorch, sparse head": "came-sparse"}),
    "SB-MoE: encoder frozen, 6 experts, all chosen": ("sbmoe", {"cameo": 0, "cameo, texts seen before": SEEN}, {"PyTorch": "sbmoe"}),
    "SB-MoE: encoder trained": ("sbmoe-encoder", {"cameo": 0}, {"PyTorch": "sbmoe"}),
}


def peak_bytes(program):
    status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


def compare(title, folder, program, collection, rounds):
    recipe_name, ours, theirs = PARTS[title]
    recipe, model = folder / f"{recipe_name}.json", recipe_name.split("-")[0]
    torch_side = pathlib.Path(__file__).with_name("training_step_torch.py")
    sides = {}
    for name, cycle in ours.items():
        sides[name] = Program(program, "serve", folder, model, collection, recipe, f"{recipe_name}.{len(sides)}", cycle)
    for name, kind in theirs.items():
        sides[name] = Program(sys.executable, torch_side, folder, kind, recipe, f"{recipe_name}.{len(sides)}")
    times = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            times[name].append(side.round())
    print(f"\n{title}\n{'':28}{'seconds a step':>16}{'of processor':>14}{'peak memory':>14}{'of the steps':>14}")
    of = lambda name, which: [each[which] for each in times[name]]
    files = {name: folder / f"{recipe_name}.{at}" for at, name in enumerate(sides)}
    for name, side in sides.items():
        peak, before = peak_bytes(side), int(numpy.fromfile(f"{files[name]}.resident", numpy.int64)[0])
        print(f"{name:28}{statistics.median(of(name, 0)):16.3f}{statistics.median(of(name, 1)):14.3f}{peak / 2**20:10.0f} MiB{(peak - before) / 2**20:10.0f} MiB")
        side.close()
    for own in ours:
        for peer in theirs:
            by = [statistics.median(b / a for a, b in zip(of(own, which), of(peer, which))) for which in (0, 1)]
            print(f"  {own} against {peer}: {by[0]:.2f}x the steps a second by the clock, {by[1]:.2f}x by processor time")
    losses = {name: numpy.fromfile(f"{files[name]}.losses") for name in sides}
    print("  losses differ by at most " + ", ".join(f"{abs(losses['cameo'] - losses[peer]).max():.0e} ({peer})" for peer in theirs)
          + f" over {len(losses['cameo'])} steps, from {losses['cameo'][0]:.3f} to {losses['cameo'][-1]:.3f}")


def main(program, weights, collection, rounds, part=""):
    rounds = int(rounds)
    print(machine("torch", "transformers"), f"{len(os.sched_getaffinity(0))} threads each; medians of {rounds} steps, by turns", sep=", ")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for name, recipe in RECIPES.items():
            (folder / f"{name}.json").write_text(json.dumps(recipe))
        subprocess.run([program, "prepare", folder, pathlib.Path(weights).resolve(), collection, folder / "came.json", str(rounds + SEEN)],
                       check=True)
        prepared = json.loads((folder / "batches.json").read_text())
        lengths = lambda key: [len(row) for batch in prepared["batches"] for row in batch[key]]
        q, d = lengths("query_ids"), lengths("document_ids")
        print(f"{collection}: {prepared['documents']:,} documents; 16 queries of {numpy.mean(q):.0f} tokens and "
              f"{len(d) / len(prepared['batches']):.0f} documents of {numpy.mean(d):.0f} tokens a step; {len(prepared['pieces']):,} terms")
        for title in filter(lambda title: part in title, PARTS):
            compare(title, folder, program, collection, rounds)


main(*sys.argv[1:])
