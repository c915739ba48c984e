"""Writes recorded.jsonl beside this file: trainings as they were recorded, thinned, and what is to be found in each.

usage: make_recorded.py FOLDER
FOLDER holds the trainings of `cameo experiments` (assets/recipes/experiments.json). Every fifth step of what is recorded for each
step is kept, and every validation, to four digits.
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
KEPT = ("loss", "load.", "load_entropy.", "gate.", "gradient", "first.", "weight.", "terms.")


def is_kept(metric):
    return metric.startswith(KEPT) or (metric.startswith("dev.") and metric.endswith(".MRR@10"))


def recorded(folder, name, expected, healthy):
    database = sqlite3.connect(f"file:{folder / name}/training.db?mode=ro", uri=True)
    metrics = {}
    rows = database.execute("SELECT name, step, value FROM metrics JOIN metric_names ON id = name_id ORDER BY name, step")
    for metric, step, value in rows:
        if is_kept(metric) and (metric.startswith("dev.") or step % 5 == 0):
            metrics.setdefault(metric, []).append([step, None if value is None else float(f"{value:.4g}")])
    events = [[step, kind, text] for step, kind, text in database.execute("SELECT step, kind, text FROM events ORDER BY id")]
    recipe = json.loads((folder / name / "recipe.json").read_text())
    # Where this machine kept things is nobody's business.
    recipe["model"] = pathlib.Path(recipe["model"]).name
    return {"name": name, "healthy": healthy, "expected": expected, "recipe": recipe, "events": events, "metrics": metrics}


def main():
    folder = pathlib.Path(sys.argv[1])
    trainings = [recorded(folder, name, [], True) for name in HEALTHY]
    trainings += [recorded(folder, name, expected, False) for name, expected in FAILURES.items()]
    with open(pathlib.Path(__file__).with_name("recorded.jsonl"), "w") as file:
        for training in trainings:
            file.write(json.dumps(training, separators=(",", ":")) + "\n")


main()
