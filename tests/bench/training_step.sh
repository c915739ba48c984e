#!/usr/bin/env bash
# One optimiser step of CAME and of SB-MoE against the same step in PyTorch: same weights, batches and losses, two threads.
#   tests/bench/training_step.sh [COLLECTION [PART]]     none: debian, which is imported where it is missing; every part
# $BUILD names the build folder (build/release), $WEIGHTS the encoder (the demo's MiniLM), $ROUNDS how many steps each side
# is timed (11; medians), $OMP_WAIT_POLICY how all sides wait (passive, as ./cameo sets it; active suits an idle machine).
# The PyTorch sides get their texts tokenised beforehand.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
source "$bench/peers/venv.sh"
cache=${CAMEO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cameo}
python=${PEER_PYTHON:-$(peer_venv encoding torch==2.15.0 transformers==5.23.0 sentence-transformers==6.2.0)}
program=$build/tests/bench/cameo_training_step_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
[[ $# -gt 0 ]] || "$build/app/cameo" collection info debian >/dev/null 2>&1 || "$build/app/cameo" collection import debian >&2
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive} PYTHONDONTWRITEBYTECODE=1 TRANSFORMERS_VERBOSITY=error HF_HUB_DISABLE_PROGRESS_BARS=1 HF_HUB_OFFLINE=1
exec "$python" "$bench/peers/training_step_peer.py" "$program" "${WEIGHTS:-$cache/weights/all-minilm-l6-v2}" "${1:-debian}" "${ROUNDS:-11}" "${2:-}"
