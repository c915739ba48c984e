"""Lets a peer and one of Cameo's benchmark programs take turns on the same vectors. Used by the scripts beside it."""
import os
import platform
import subprocess
import time
from importlib.metadata import version

import numpy


def machine(*packages):
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} threads; Python {platform.python_version()}, " + ", ".join(
        f"{p} {version(p)}" for p in packages
    )


def write(folder, **arrays):
    for name, values in arrays.items():
        numpy.ascontiguousarray(values).tofile(folder / name)


class Program:
    """Reads the folder, does one round, and then one for each call of round()."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit(f"bench: {command[0]} failed")

    def round(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        wall, processor = self.process.stdout.readline().split()
        return float(wall), float(processor)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(work):
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def take_turns(rounds, **sides):
    """Fastest wall and processor seconds of each side."""
    best = {name: [float("inf")] * 2 for name in sides}
    for _ in range(rounds):
        for name, work in sides.items():
            best[name] = [min(a, b) for a, b in zip(best[name], work())]
    return best


def growth(what, seconds_of_size):
    """Prints how the time grows with the number of documents: the slope of a line through the points on paper with two
    logarithmic axes. 1 is as the number of documents grows."""
    if len(seconds_of_size) < 2:
        return
    sizes, seconds = numpy.log(list(seconds_of_size)), numpy.log(list(seconds_of_size.values()))
    print(f"{what}: time grows as documents^{numpy.polyfit(sizes, seconds, 1)[0]:.2f} from {min(seconds_of_size):,} to "
          f"{max(seconds_of_size):,}")


def recall(found, right):
    hits = sum(len(set(f) & set(r)) for f, r in zip(found.tolist(), right.tolist()))
    return hits / right.size


def report(queries, best, ours="cameo"):
    for name, (wall, processor) in best.items():
        ratio = "" if name == ours else (
            f"   cameo is {wall / best[ours][0]:.2f}x by the clock, {processor / best[ours][1]:.2f}x by processor time"
        )
        print(f"  {name:28} {wall / queries * 1e3:9.3f} ms a query, {processor / queries * 1e3:9.3f} ms of processor{ratio}")
