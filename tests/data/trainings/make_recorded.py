"""Writes recorded.jsonl beside this file: trainings as they were recorded, thinned, and what is to be found in each.

usage: make_recorded.py EXPERIMENTS FAILURES
EXPERIMENTS holds the trainings of `cameo experiments` (assets/recipes/experiments.json), FAILURES those of assets/recipes/failures,
under the recipes' names, and the healthy ones that its README begins with their models. Every fifth step of what is recorded for
each step is kept, of trainings under 150 steps each one, and every validation, to four digits.
"""
import json
import pathlib
import sqlite3
import sys

STEM = "sbmoe-minilm-corrected"
HEALTHY = [f"{STEM}-{n}-{pooling}-{seed}" for n in (2, 4, 6, 8) for pooling in ("all", "top1") for seed in (1, 2, 3)]
HEALTHY += [f"{STEM}-6-top2-{seed}" for seed in (1, 2, 3)] + ["came-1", "came-tau-0.2-1"]
FAILURES = {
    "sbmoe-minilm-reference-2-top1-2": ["gate.no_gradient"],
    "sbmoe-minilm-reference-6-top1-1": ["gate.no_gradient"],
    "sbmoe-minilm-reference-8-all-3": ["gate.no_gradient"],
    "sbmoe-tiny-corrected-2-top1-1": ["gate.collapse"],
    "sbmoe-tiny-corrected-6-top1-2": ["gate.collapse"],
    "sbmoe-tiny-corrected-8-top1-3": ["gate.collapse"],
    "sbmoe-minilm-corrected-6-top2-agreement-1-1": ["gate.collapse"],
    "sbmoe-minilm-corrected-6-top2-unbalanced-1": ["gate.collapse"],
    "came-tau-0-1": ["competition.winner_takes_all"],
    "mixture-1": ["competition.no_effect"],
}
# Of assets/recipes/failures: what each is to yield, and nothing else that is more than a note.
PRODUCED = {
    "collapse": ["gate.collapse"],
    "redundant-experts": ["experts.redundant"],
    "extreme-temperature-low": ["competition.winner_takes_all"],
    "extreme-temperature-high": ["competition.no_effect"],
    "instability": ["learning.unstable"],
    "too-fast": ["learning.rate_high"],
    "slow": ["learning.rate_low"],
    "no-shared-layers": ["experts.capacity"],
    "false-negatives": ["negatives.false"],
}
PRODUCED_HEALTHY = ["all-1", "all-2", "all-3", "local-1", "came-tiny-1"]
KEPT = ("loss", "load.", "load_entropy.", "gate.", "gradient", "first.", "weight.", "terms.", "experts.", "mined.")


RARE = ("dev.", "experts.", "mined.")  # not recorded for each step


def shared_layers(folder):
    manifest = json.loads((folder / "model" / "model.json").read_text())
    return manifest.get("shared_layers", 0) if manifest["kind"] == "came" else None


def is_kept(metric):
    return metric.startswith(KEPT) or (metric.startswith("dev.") and metric.endswith(".MRR@10"))


def recorded(folder, name, expected, healthy, produced=False):
    database = sqlite3.connect(f"file:{folder / name}/training.db?mode=ro", uri=True)
    metrics = {}
    (last,) = database.execute("SELECT max(step) FROM metrics").fetchone()
    stride = 5 if last >= 150 else 1
    rows = database.execute("SELECT name, step, value FROM metrics JOIN metric_names ON id = name_id ORDER BY name, step")
    for metric, step, value in rows:
        if is_kept(metric) and (metric.startswith(RARE) or step % stride == 0):
            metrics.setdefault(metric, []).append([step, None if value is None else float(f"{value:.4g}")])
    events = [[step, kind, text] for step, kind, text in database.execute("SELECT step, kind, text FROM events ORDER BY id")]
    recipe = json.loads((folder / name / "recipe.json").read_text())
    # Where this machine kept things is nobody's business.
    recipe["model"] = pathlib.Path(recipe["model"]).name
    return {"name": name, "healthy": healthy, "produced": produced, "expected": expected, "recipe": recipe, "shared_layers": shared_layers(folder / name),
            "events": events, "metrics": metrics}


def main():
    folder, failures = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    trainings = [recorded(folder, name, [], True) for name in HEALTHY]
    trainings += [recorded(folder, name, expected, False) for name, expected in FAILURES.items()]
    trainings += [recorded(failures, name, expected, False, True) for name, expected in PRODUCED.items()]
    trainings += [recorded(failures, name, [], True, True) for name in PRODUCED_HEALTHY]
    with open(pathlib.Path(__file__).with_name("recorded.jsonl"), "w") as file:
        for training in trainings:
            file.write(json.dumps(training, separators=(",", ":")) + "\n")


main()
