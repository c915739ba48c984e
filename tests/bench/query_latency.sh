#!/usr/bin/env bash
# From text to trace on the demo collection, p50 and p99 of every stage. It has no peer.
#   tests/bench/query_latency.sh [MODEL [COLLECTION [QUERIES [DEPTH]]]]     none: demo, debian, 300, 100
# $BUILD names the build folder (build/release). Builds the demo where it is missing.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
program=$build/tests/bench/cameo_query_latency_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
[[ $# -gt 0 ]] || "$build/app/cameo" demo >&2
exec "$program" "$@"
