"""umap-learn beside Cameo on the same vectors.  usage: umap_peer.py FOLDER OURS.json"""
import json
import pathlib
import sys
import time

import numpy
import umap
from sklearn.manifold import trustworthiness


def main() -> None:
    folder, ours = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
    vectors = numpy.fromfile(folder / "vectors.f32", dtype=numpy.float32).reshape(-1, ours["width"])
    settings = dict(n_neighbors=16, min_dist=0.1, metric="cosine", random_state=42)  # 16: it counts the point itself
    umap.UMAP(**settings, n_epochs=2).fit_transform(vectors[:500])  # compiles
    start = time.perf_counter()
    theirs = umap.UMAP(**settings).fit_transform(vectors)
    took = time.perf_counter() - start
    asked = numpy.random.default_rng(0).permutation(len(vectors))[:4000]  # of all it would be a matrix of gigabytes

    def trust(places: numpy.ndarray) -> float:
        return trustworthiness(vectors[asked], places[asked], n_neighbors=15, metric="cosine")

    def read(name: str) -> numpy.ndarray:
        return numpy.fromfile(folder / name, dtype=numpy.float32).reshape(-1, 2)

    print(f"{ours['documents']:,} documents, {ours['width']} dimensions, 15 neighbours; trustworthiness of {len(asked):,} among themselves")
    print(f"  Cameo            {ours['seconds']:6.1f} s   {trust(read('places.f32')):.3f}   (with reading and main directions)")
    print(f"  umap-learn       {took:6.1f} s   {trust(theirs):.3f}")
    print(f"  main directions            {trust(read('directions.f32')):.3f}")


main()
