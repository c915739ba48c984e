#!/usr/bin/env bash
# How long a million points of a training's metric take to become the columns of a window. The peer is one pass over all of them.
# $BUILD names the build folder (build/release).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=${BUILD:-$bench/../../build/release}/tests/bench/cameo_curve_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
exec "$program"
