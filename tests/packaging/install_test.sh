#!/usr/bin/env bash
# `cmake --install` into a prefix that is then moved: the program works there with nothing else, neither clone nor cache, and the desktop
# knows it and its sessions.   install_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/first" --strip >"$scratch/log" || die "cmake --install failed" "$(tail -n 3 "$scratch/log")"
prefix=$scratch/moved
mv "$scratch/first" "$prefix"
program=$prefix/bin/cameo

# --- the files around the program
desktop-file-validate "$prefix/share/applications/cameo.desktop" || die "cameo.desktop is not valid: see above"
python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$prefix"/share/metainfo/*.xml || die "the metainfo is no XML: see above"
# Set-up does not bring the validator: its package makes every later `apt-get update` fetch software centres' catalogues.
if command -v appstreamcli >/dev/null; then
    appstreamcli validate --no-net "$prefix"/share/metainfo/*.xml >&2 || die "the metainfo is not valid: see above"
fi
icon=$(sed -n 's/^Icon=//p' "$prefix/share/applications/cameo.desktop")
for size in scalable 48x48 128x128; do
    compgen -G "$prefix/share/icons/hicolor/$size/apps/$icon.*" >/dev/null || die "the desktop entry's icon '$icon' has no file of size $size"
done

# Sessions are known by their content, whatever they are called; another SQLite file of Cameo's is none.
update-mime-database "$prefix/share/mime" 2>/dev/null
type_of() {
    XDG_DATA_HOME=$prefix/share XDG_DATA_DIRS=/usr/share gio info -a standard::content-type "$1" | sed -n 's/.*standard::content-type: //p'
}
cp "$here/tests/data/sessions/version-3.cameo" "$scratch/kept"
cp "$here/tests/data/sessions/training-version-2.db" "$scratch/training"
echo "not yet one" >"$scratch/new.cameo"
session=application/x-cameo-session
grep -qx "MimeType=$session;" "$prefix/share/applications/cameo.desktop" || die "the desktop entry does not open $session"
[[ $(type_of "$scratch/kept") == "$session" ]] || die "a session without its suffix: found '$(type_of "$scratch/kept")', expected $session"
[[ $(type_of "$scratch/new.cameo") == "$session" ]] || die "a file named .cameo: found '$(type_of "$scratch/new.cameo")', expected $session"
[[ $(type_of "$scratch/training") != "$session" ]] || die "a training's record is taken for a session"

# --- the program, where the clone and the cache cannot be seen
mkdir -p "$scratch/beir/qrels"
cat >"$scratch/beir/corpus.jsonl" <<'TEXT'
{"_id": "audacity", "title": "", "text": "An editor that records and edits sound files."}
{"_id": "cmus", "title": "", "text": "A small and fast music player for the terminal."}
{"_id": "gimp", "title": "", "text": "Retouches photographs and draws pictures."}
TEXT
echo '{"_id": "q", "text": "play music in the terminal"}' >"$scratch/beir/queries.jsonl"
printf 'query-id\tcorpus-id\tscore\nq\tcmus\t1\n' >"$scratch/beir/qrels/test.tsv"

cat >"$scratch/inside.sh" <<'SH'
set -euo pipefail
cd /
for unseen in "$@"; do
    mount -t tmpfs none "$unseen"
done
answer() { env -i HOME="$scratch/home" PATH=/usr/bin:/bin CAMEO_DEVICE=cpu OMP_DISPLAY_ENV=true "$program" "$@" 2>"$scratch/errors" || { cat "$scratch/errors" >&2; exit 1; }; }
ldd "$prefix/libexec/cameo" >"$scratch/ldd"
answer --version >"$scratch/version"
cp "$scratch/errors" "$scratch/openmp"
answer --help >"$scratch/help"
answer doctor --json >"$scratch/doctor"
answer collection import "$scratch/beir" --name tiny >/dev/null
for model in came untrained; do
    answer index --model "$model" --collection tiny >/dev/null
    answer view "Query bench" --model "$model" --collection tiny --query "play music in the terminal" >"$scratch/$model.csv"
done
answer view Ledger --model came --collection tiny --query "play music in the terminal" --format svg >"$scratch/ledger.svg"
SH
export scratch prefix program
if ((EUID == 0)); then around=(unshare --mount); else around=(unshare --map-root-user --mount); fi
if "${around[@]}" mount -t tmpfs none "$scratch/beir/qrels" 2>/dev/null; then
    "${around[@]}" bash "$scratch/inside.sh" "$here" "$cache"
else
    say "this machine lets nobody hide folders: what is looked up in the clone or the cache is found by its path only"
    bash "$scratch/inside.sh"
fi

while read -r library _ path _; do
    [[ $path == "$prefix"/* || $path == /lib/* || $path == /usr/lib/* ]] || die "$library is taken from $path, which is neither the prefix nor the system"
done < <(grep '=> ' "$scratch/ldd" | sed "s#$prefix/libexec/\.\./#$prefix/#")
grep -q "OMP_WAIT_POLICY = 'PASSIVE'" "$scratch/openmp" || die "OpenMP's threads wait by spinning: $(grep WAIT_POLICY "$scratch/openmp")"
grep -q "libtorch_cpu.so => $prefix/" "$scratch/ldd" || die "libtorch_cpu.so is not the prefix's: $(grep libtorch_cpu "$scratch/ldd")"
grep -q "\"assets\":\"$prefix/share/cameo\"" "$scratch/doctor" || die "the assets are not the prefix's: $(cat "$scratch/doctor")"
for model in came untrained; do
    grep -q '^1,cmus,' "$scratch/$model.csv" || die "$model does not find the music player first: $(tail -n 3 "$scratch/$model.csv")"
done
grep -q '</svg>' "$scratch/ledger.svg" || die "the Ledger's picture is not whole"

# --- the version is the same everywhere, and the manual page has every verb and every option of the window
version=$(sed -n 's/^cameo //p' "$scratch/version")
manual=$(zcat "$prefix/share/man/man1/cameo.1.gz" | sed 's/\\-/-/g; s/\\f.//g')
[[ $manual == *"\"Cameo $version\""* ]] || die "cameo.1 is not that of version $version"
zcat "$prefix/share/doc/cameo/changelog.gz" | head -n 1 | grep -q "(${version//./\\.})" || die "the changelog's first entry is not version $version"
grep -q "<release version=\"$version\"" "$prefix"/share/metainfo/*.xml || die "the metainfo has no release $version"
verbs=$(sed -n '/^Subcommands:/,/^$/s/^  \([a-z]\+\) .*/\1/p' "$scratch/help")
[[ $(wc -w <<<"$verbs") -gt 10 ]] || die "the verbs of cameo --help cannot be read"
for verb in $verbs; do
    grep -qx "\.B $verb" <<<"$manual" || die "cameo.1 lacks the verb $verb"
done
options=$(sed -n '/^The window takes:/,$p' "$scratch/help" | grep -o -e '--[a-z-]*')
[[ $(wc -w <<<"$options") -gt 10 ]] || die "the window's options in cameo --help cannot be read"
for option in $options; do
    grep -q -e "$option\b" <<<"$manual" || die "cameo.1 lacks the window's $option"
done
