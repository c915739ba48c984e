# Sourced by benchmarks that train: $program, $build, and a temporary home with links to the stored collections and a copy of
# $collection's BM25, where $CAMEO_HOME points; it goes when they end. $data is where the person's own things lie.
build=${BUILD:-$bench/../../build/release}
program=$(realpath "$build/app/cameo")
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
"$program" collection info "$collection" >/dev/null 2>&1 || "$program" collection import "$collection" >&2
data=${CAMEO_HOME:+$CAMEO_HOME/data}
data=${data:-${XDG_DATA_HOME:-$HOME/.local/share}/cameo}
home=$(mktemp -d "${TMPDIR:-/tmp}/cameo-bench-XXXXXX")
trap 'rm -rf "$home"' EXIT
mkdir -p "$home/data/indexes"
ln -s "$data/collections" "$home/data/collections"
[[ ! -e $data/indexes/$collection.bm25 ]] || cp "$data/indexes/$collection.bm25" "$home/data/indexes/"
export CAMEO_HOME=$home
unset CAMEO_VECTORS
"$program" model create sbmoe --from "${FROM:-cache:all-minilm-l6-v2}" --name sbmoe-0 >/dev/null
