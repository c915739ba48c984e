#!/usr/bin/env bash
# Tries the Debian package where a user would: in a Debian made for it, without a compiler, clone or cache. It installs the package by
# apt, opens a session without its model, builds the demo, searches it, and leaves pictures to look at. Minutes; as root.
#   scripts/try_package.sh PACKAGE.deb FOLDER [SESSION.cameo]
# FOLDER must not be there yet; it becomes a system of about 1.5 GB and is kept. Needs debootstrap, and this machine's access to Debian's
# archive by apt.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
(($# == 2 || $# == 3)) || die "usage: scripts/try_package.sh PACKAGE.deb FOLDER [SESSION.cameo]"
package=$(realpath "$1") root=$(realpath -m "$2") session=${3:+$(realpath "$3")}
((EUID == 0)) || die "only root can make a system in a folder"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"
[[ ! -e $root ]] || die "$root is there already"

release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
archive=$(apt-get indextargets --format '$(REPO_URI)|$(CODENAME)|$(ORIGIN)' 'Created-By: Packages' | sed -n "s/|$release|Debian\$//p" | head -n 1)
[[ -n $archive ]] || die "apt knows no Debian archive for $release: run apt-get update"
say "making a clean Debian $release in $root"
debootstrap --variant=minbase --include=ca-certificates "$release" "$root" "$archive" >"$root.log" 2>&1 || die "debootstrap failed: see $root.log"

# The way to the archive is this machine's: sources, what apt is told of proxies and certificates, names.
rm -rf "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d
for settings in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/keyrings /etc/hosts /etc/ssl/certs /usr/local/share/ca-certificates; do
    [[ ! -e $settings ]] || cp -a --remove-destination "$settings" "$root$(dirname "$settings")/"
done
cp -L --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
apt-config dump | grep -E '^Acquire::(http|https|Retries|Check)' >"$root/etc/apt/apt.conf.d/99machine" || true
cp "$package" "$root/root/cameo.deb"
[[ -z $session ]] || cp "$session" "$root/root/session.cameo"

cat >"$root/root/try.sh" <<'SH'
set -euo pipefail
cd /root
apt-get -q update
DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ./cameo.deb xvfb xauth
for compiler in cc gcc g++ c++ clang cmake; do
    ! command -v "$compiler" || exit 1
done
window() { xvfb-run -a -s "-screen 0 1600x1000x24" cameo --scale 1 "$@"; }
cameo --version
cameo doctor
if [[ -e session.cameo ]]; then window session.cameo --action "view.Query bench" --screenshot session.png; fi
cameo demo
cameo query play music in the terminal
window --query "play music in the terminal" --screenshot demo.png
SH
unshare --mount bash -c 'mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" &&
    exec chroot "$1" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 bash /root/try.sh' - "$root"
say "it works; look at $root/root/*.png"
