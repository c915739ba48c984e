#!/usr/bin/env bash
# Brings in everything that Cameo is built from, and nothing twice. docs/setup.md says what goes where.
#   scripts/setup.sh            Debian packages, then the parts
#   scripts/setup.sh PART…      only these parts: torch faiss imgui weights milvus, cuda (only
#                               where an NVIDIA driver is, unless named) and milvus_server
#                               (for tests: only when named)
set -euo pipefail
export LC_ALL=C
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

required_packages() { sed -E 's/#.*//; s/[[:space:]]+/\n/g' "$here/scripts/packages.txt" | sed '/^$/d'; }

missing_packages() {
    comm -23 <(required_packages | sort) \
        <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | sort -u)
}

set_up_packages() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || {
        say "this is no Debian system: install what scripts/packages.txt names in your system's own way"
        return
    }
    local missing
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || return 0
    local part=packages
    say "Debian packages: installing ${missing[*]}"
    local as_root=(env DEBIAN_FRONTEND=noninteractive)
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "these Debian packages are missing, and there is neither root nor sudo here." \
            "Ask an administrator for:  apt-get install ${missing[*]}"
        local ask=()
        [[ -t 0 ]] || ask=(-n)
        sudo "${ask[@]}" true || die "sudo did not let us in, so these Debian packages are still missing." \
            "Run:  sudo apt-get install ${missing[*]}"
        as_root=(sudo "${ask[@]}" "${as_root[@]}")
    fi
    local apt=(apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)
    # An update that fails for one archive of several need not matter: the installation decides.
    attempt "apt-get update" "${as_root[@]}" "${apt[@]}" update || true
    attempt "apt-get install" "${as_root[@]}" "${apt[@]}" install --no-install-recommends "${missing[@]}" ||
        die "apt-get could not install the packages. The whole log is $log" \
            "Try by hand:  apt-get install ${missing[*]}"
}

# What making a part takes at its largest: the download, the unpacked files, what is compiled.
declare -A needed_kib=([torch]=2800000 [faiss]=400000 [imgui]=500000 [weights]=300000 [cuda]=7000000 [milvus]=100000 [milvus_server]=1500000)

# In a shell of its own: $work is scratch beside the cache's parts, so that the finished part is renamed into place
# whole; two set-ups at once wait for each other.
set_up_part() (
    part=$1
    folder=$(part_folder "$part")
    # A recipe may have its own two: what to do once the part is in its place, and whether that has been done.
    part_is_ready() { :; }
    part_ready() { :; }
    source "$here/scripts/parts/$part/recipe.sh"
    [[ -d $folder ]] && part_is_ready "$folder" && exit 0
    [[ $(uname -m) == x86_64 ]] || die "$part: this recipe is for x86_64 only; name your own (docs/setup.md)"
    local free
    { mkdir -p "$cache" && [[ -w $cache ]]; } 2>/dev/null ||
        die "the cache folder $cache cannot be written to: set CAMEO_CACHE to a folder of yours"
    free=$(df --output=avail -k "$cache" | tail -n 1)
    [[ -d $folder ]] || ((free > needed_kib[$part])) ||
        die "$part needs $((needed_kib[$part] >> 20)) GB in $cache and $((free >> 20)) GB are free:" \
            "make room there, or set CAMEO_CACHE to a folder on another disk"
    exec 9>"$cache/.lock-$part"
    flock -n 9 || {
        say "$part: another set-up is at work on it: waiting"
        flock 9
    }
    rm -rf "$cache/.work-$part-"*
    work=$(mktemp -d "$cache/.work-$part-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM
    if [[ ! -d $folder ]]; then
        say "$part $(part_version "$part") → $folder"
        mkdir "$work/part"
        make_part "$work/part"
        sync -f "$work/part"
        mv -T "$work/part" "$folder"
    fi
    # Also when only this is missing: a set-up may have been killed just here.
    part_is_ready "$folder" || part_ready "$work" "$folder"
)

known=(torch faiss imgui weights cuda milvus milvus_server)

if (($#)); then
    for wanted in "$@"; do
        [[ " ${known[*]} " == *" $wanted "* ]] || die "no part is named $wanted; there are: ${known[*]}"
    done
    parts=("$@")
else
    set_up_packages
    parts=(weights)
    # A part that a person brings along (CMake reads the same variables) is not fetched.
    [[ -n ${LibTorch_ROOT:-} ]] || parts+=(torch)
    [[ -n ${Faiss_ROOT:-} ]] || parts+=(faiss)
    [[ -n ${ImGui_ROOT:-} ]] || parts+=(imgui)
    [[ -n ${Milvus_ROOT:-} ]] || parts+=(milvus)
    if [[ -z ${LibTorch_ROOT:-} ]] && has_nvidia_driver; then
        parts+=(cuda)
    fi
fi
for wanted in "${parts[@]}"; do
    set_up_part "$wanted"
done
