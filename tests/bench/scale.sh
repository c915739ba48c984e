#!/usr/bin/env bash
# An index of as many documents as asked for: how long it takes, the memory that it needs and the bytes that it has, and then
# queries from text to trace, and what approximate searches lose. Documents: peers/scale_corpus.py. It has no peer.
#   tests/bench/scale.sh DOCUMENTS [MODEL [MEMORY [QUERIES]]]     none: came, 4G, 200
# $BUILD names the build folder (build/release). Collections scale-N and their indexes stay where Cameo keeps its data
# ($CAMEO_HOME); what they are made of in $SCALE (the temporary folder without it).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
cameo=$build/app/cameo latency=$build/tests/bench/cameo_query_latency_bench
[[ -x $cameo && -x $latency ]] || { echo "bench: $cameo or $latency is not built" >&2; exit 1; }
documents=${1:?how many documents} model=${2:-came} memory=${3:-4G} queries=${4:-200}
sources=${SCALE:-${TMPDIR:-/tmp}/cameo-scale}
name=scale-$documents
mkdir -p "$sources"
if ! "$cameo" collection info "$name" >/dev/null 2>&1; then
    python3 "$bench/peers/scale_corpus.py" "$sources/$name" "$documents"
    "$cameo" collection import "$sources/$name" --name "$name"
fi
python3 - "$cameo" index --model "$model" --collection "$name" --memory "$memory" <<'PYTHON'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(f"peak resident memory {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2:.2f} GiB")
PYTHON
"$latency" "$model" "$name" "$queries"
exec "$build/tests/bench/cameo_search_losses_bench" "$model" "$name"
