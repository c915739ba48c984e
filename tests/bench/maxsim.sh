#!/usr/bin/env bash
# MaxSim of 1,000 documents against PyLate, and candidates through centroids against all exactly.
#   tests/bench/maxsim.sh [VECTORS.npz]     none: made-up vectors
# $BUILD names the build folder (build/release), $ROUNDS how often each side is timed (7; the fastest counts).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
source "$bench/peers/venv.sh"
python=${PEER_PYTHON:-$(peer_venv maxsim torch==2.15.0 pylate==1.2.0)}
program=$build/tests/bench/cameo_maxsim_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$bench/peers/maxsim_peer.py" "$program" "${ROUNDS:-7}" "$@"
