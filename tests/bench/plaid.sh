#!/usr/bin/env bash
# The best 100 by MaxSim through an index of token vectors in two bits a value, beside fast-plaid's over the same vectors, which is what
# PyLate searches with. Recall of both is against all scored exactly.
#   tests/bench/plaid.sh [DOCUMENTS…]     none: 2,000 and 5,000 made-up ones, as building takes minutes beyond
# $BUILD names the build folder (build/release), $ROUNDS how often each side is timed (5; the fastest counts).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
source "$bench/peers/venv.sh"
python=${PEER_PYTHON:-$(peer_venv plaid torch==2.11.0 fast-plaid==1.7.0.2110)}
program=$build/tests/bench/cameo_maxsim_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$bench/peers/plaid_peer.py" "$program" "${ROUNDS:-5}" "$@"
