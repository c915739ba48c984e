"""Called by training_start.sh."""
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

program, recipe, collection, home, steps, rounds = sys.argv[1:]
steps, rounds, home = int(steps), int(rounds), pathlib.Path(home)


def last_step(record):
    """Of those that are recorded; 0: none."""
    try:
        with sqlite3.connect(f"file:{record}?mode=ro", uri=True) as database:
            found = database.execute(
                "SELECT MAX(step) FROM metrics JOIN metric_names ON id = name_id WHERE name = 'loss'").fetchone()
            return found[0] or 0
    except sqlite3.Error:
        return 0  # there is none yet


def train(count):
    """Seconds to the first step, steps a second after it, CPU seconds of all."""
    folder = home / "training"
    shutil.rmtree(folder, ignore_errors=True)
    arguments = [program, "train", recipe, "--folder", str(folder), "--set", f"steps.standardized={count}",
                 "--set", f"collection={collection}", "--set", "model=sbmoe-0"]
    before = os.times()
    began = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    first, at, reached = None, None, 0
    while process.poll() is None:
        step = last_step(folder / "training.db")
        if step > 0 and first is None:
            first, first_step = time.monotonic(), step
        if step > reached:
            reached, at = step, time.monotonic()
        time.sleep(0.01)
    after = os.times()
    if process.returncode:
        sys.exit("bench: the training failed: " + " ".join(arguments))
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    rate = (reached - first_step) / (at - first) if reached > first_step else float("nan")
    return first - began, rate, cpu


def index(model):
    """Seconds of the process, and documents a second of the build."""
    for made in (home / "data" / "indexes").glob(f"*--{collection}"):
        shutil.rmtree(made)
    began = time.monotonic()
    report = subprocess.run([program, "index", "--model", model, "--collection", collection, "--json"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - began, json.loads(report.stdout)["documents"]


def forget():
    shutil.rmtree(home / "vectors", ignore_errors=True)


def line(what, found):
    first, rate, cpu = (statistics.median(each) for each in zip(*found))
    print(f"{what:<44} {first:8.2f} s to the first step   {rate:7.2f} steps/s   {cpu:7.1f} s of CPU", flush=True)


print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at first; {rounds} rounds where warm, medians")
seconds, documents = index("sbmoe-0")
print(f"{'index, nothing kept':<44} {seconds:8.2f} s, {documents} documents", flush=True)
line("training, the first one after an index", [train(steps)])
line("training, everything kept", [train(steps) for _ in range(rounds)])
trained = str(home / "training" / "model")
print(f"{'index of the trained model, everything kept':<44} {statistics.median(index(trained)[0] for _ in range(rounds)):8.2f} s",
      flush=True)
forget()
line("training, nothing kept (3 steps)", [train(3)])
