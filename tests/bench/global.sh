#!/usr/bin/env bash
# Nearest pooled vectors, best 100, flat and HNSW, against faiss-cpu with the same parameters.
#   tests/bench/global.sh [VECTORS.npz]     none: made-up vectors
# $BUILD names the build folder (build/release), $ROUNDS how often each side is timed (7; the fastest counts).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
source "$bench/peers/venv.sh"
python=${PEER_PYTHON:-$(peer_venv global faiss-cpu==1.15.1)}
program=$build/tests/bench/cameo_global_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
export OMP_NUM_THREADS=1
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$bench/peers/global_peer.py" "$program" "${ROUNDS:-7}" "$@"
