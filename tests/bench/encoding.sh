#!/usr/bin/env bash
# Encoding against sentence-transformers on the same weights and texts, and as a share of the machine's GEMM rate.
#   tests/bench/encoding.sh [TEXTS]     one text a line; none: passages of the licences that every Debian has
# $BUILD names the build folder (build/release), $WEIGHTS the weights (the demo's MiniLM), $LENGTH the tokens a text may
# have (128), $TEXTS how many are taken (512), $ROUNDS how often each side is timed (5; the fastest counts).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
source "$bench/peers/venv.sh"
cache=${CAMEO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cameo}
python=${PEER_PYTHON:-$(peer_venv encoding torch==2.15.0 transformers==5.23.0 sentence-transformers==6.2.0)}
program=$build/tests/bench/cameo_encoding_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$bench/peers/encoding_peer.py" "$program" "${WEIGHTS:-$cache/weights/all-minilm-l6-v2}" "${LENGTH:-128}" \
    "${ROUNDS:-5}" "${TEXTS:-512}" "$@"
