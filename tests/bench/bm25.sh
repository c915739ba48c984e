#!/usr/bin/env bash
# BM25: build and search against bm25s, same texts, same scores, one thread each, in one run.
#   tests/bench/bm25.sh [BEIR_FOLDER…]     none: made-up collections of 3,000, 30,000 and 300,000 documents
# $BUILD names the build folder (build/release), $ROUNDS how often each side is timed (5; the fastest counts).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
source "$bench/peers/venv.sh"
# PyStemmer 2.2 carries the Snowball of Debian 12's libstemmer; version 3 stems some words otherwise.
python=$(peer_venv bm25 bm25s==0.3.16 PyStemmer==2.2.0.3 numba==0.68.1)
program=$build/tests/bench/cameo_bm25_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
export NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1 DISABLE_TQDM=1 PYTHONDONTWRITEBYTECODE=1
exec "$python" "$bench/peers/bm25_peer.py" "$program" "${ROUNDS:-5}" "$@"
