# What the machine must bring before Python takes over: a Debian package where one is missing, and room on the disk.
# Sourced by bin/start, bin/test, bin/drill and bin/manage; sets ROOT and PYTHON.

ROOT="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd -P)"
umask 022 # the service user must be able to read what root makes here; secrets get their own mode

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

has_postgis() {
  local bin version
  for bin in /usr/lib/postgresql/*/bin/postgres; do
    version="${bin#/usr/lib/postgresql/}"
    version="${version%%/*}"
    [[ -x $bin && $version =~ ^[0-9]+$ && $version -ge 15 ]] || continue
    [[ -e /usr/share/postgresql/$version/extension/postgis.control ]] && return 0
  done
  return 1
}

# Prints the Debian packages that are not there yet. $1: "tests" adds what only bin/test needs.
missing_packages() {
  command -v /usr/bin/python3 >/dev/null || echo python3
  /usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  has_postgis || echo postgresql-15 postgresql-15-postgis-3
  command -v redis-server >/dev/null || command -v valkey-server >/dev/null || echo redis-server
  [[ ${1:-} == tests ]] || return 0
  command -v chromium >/dev/null || echo chromium
  compgen -G '/usr/share/fonts/truetype/*/*.ttf' >/dev/null || echo fonts-dejavu-core # else every screenshot is blank
}

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif ! command -v sudo >/dev/null; then
    return 77
  elif sudo -n true 2>/dev/null || [[ -t 0 ]]; then
    sudo "$@"
  else
    return 77
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 "$@" </dev/null >>"$APT_LOG" 2>&1
}

install_packages() {
  local packages="$*" code=0
  local by_hand="apt-get update && apt-get install --no-install-recommends $packages"
  command -v apt-get >/dev/null ||
    fail "Missing: $packages. This machine has no apt-get (Mangel is made for Debian 12); please install them and start again."
  mkdir -p "$ROOT/var/log"
  APT_LOG="$ROOT/var/log/apt.log"
  : >"$APT_LOG"
  echo "Installing Debian packages: $packages"
  # sudo asks for a password on the terminal, so ask before the output goes to the log.
  [[ $EUID -eq 0 || ! -t 0 ]] || ! command -v sudo >/dev/null || sudo -v || true
  # update may fail for one stale source and the install still work: only the install decides.
  apt update || code=$?
  if [[ $code -ne 77 ]]; then
    code=0
    apt install --no-install-recommends "$@" || code=$?
  fi
  [[ $code -eq 0 ]] && return 0
  [[ $code -ne 77 ]] || fail "Debian packages are missing ($packages) and you may not install them. Ask an administrator to run: $by_hand"
  if grep -qi 'no space left\|enough free space' "$APT_LOG"; then
    fail "The disk is full: the Debian packages ($packages) did not fit. Free 1.5 GB and start again."
  elif grep -qi 'failed to fetch\|could not resolve\|temporary failure\|unable to fetch\|could not connect' "$APT_LOG"; then
    fail "No network: the Debian packages ($packages) could not be fetched. Check the connection and start again; details: $APT_LOG"
  fi
  fail "Installing $packages failed. Try by hand: $by_hand; details: $APT_LOG"
}

check_disk() {
  local free_mb need_mb=200
  free_mb=$(($(df -Pk "$ROOT" | awk 'NR == 2 { print $4 }') / 1024))
  [[ -e $ROOT/var/stamps/python-packages ]] || need_mb=1500 # packages, database and front end are still to come
  [[ $free_mb -ge $need_mb ]] ||
    fail "The disk is full: $free_mb MB free at $ROOT, $need_mb MB needed. Free some space and start again."
}

check_python() {
  PYTHON=/usr/bin/python3
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$PYTHON" --version) is too old: Mangel needs Python 3.11 or newer at $PYTHON (Debian 12 has it)."
}

# Root in somebody's checkout goes on as that somebody, so that no file there ends up as root's.
# Takes the whole command line; returns if there is nothing to change.
become_owner() {
  local owner
  [[ $EUID -eq 0 ]] || return 0
  owner="$(stat -c %U "$ROOT")"
  [[ $owner != root && $owner != UNKNOWN ]] || return 0
  # setpriv, not runuser: it becomes the command instead of standing between it and the signals.
  HOME="$(getent passwd "$owner" | cut -d: -f6)" USER="$owner" LOGNAME="$owner" \
    exec setpriv --reuid "$owner" --regid "$(id -g "$owner")" --init-groups "$@"
}

# ready_machine [tests] -- COMMAND…: everything above, in order.
ready_machine() {
  local packages kind="$1"
  shift 2
  check_disk
  read -r -d '' -a packages < <(missing_packages "$kind") || true
  [[ ${#packages[@]} -eq 0 ]] || install_packages "${packages[@]}"
  check_python
  become_owner "$@"
  [[ -w $ROOT ]] || fail "You may not write to $ROOT. Start as the user who owns it, or copy it somewhere you own."
}
