#!/usr/bin/env bash
# Lexical search, best 100: ours exact and approximate; bm25s over the same weights, Seismic at its recall. One thread.
#   tests/bench/lexical.sh [VECTORS.npz]     none: made-up vectors
# $BUILD names the build folder (build/release), $ROUNDS how often each side is timed (7; the fastest counts).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
source "$bench/peers/venv.sh"
python=${PEER_PYTHON:-$(peer_venv lexical bm25s==0.3.16 scipy numba==0.68.1 pyseismic-lsr==0.5.4)}
program=$build/tests/bench/cameo_lexical_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
export NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1 RAYON_NUM_THREADS=1
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$bench/peers/lexical_peer.py" "$program" "${ROUNDS:-7}" "$@"
