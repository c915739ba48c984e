#!/usr/bin/env bash
# How long a frame takes to build with every view open. No peer: the limit is 8 ms of CPU at the 99th percentile.
# $BUILD names the build folder (build/release).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=${BUILD:-$bench/../../build/release}/tests/bench/cameo_window_frames_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
exec "$program"
