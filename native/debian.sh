# Sourced by ./dev, native/build.sh and .ci/run: asks for a Debian package only when it is missing.

# need_package <command or file> <package> <why>
# Installs the package when root, otherwise says what to install and stops.
need_package() {
  local probe=$1 package=$2 why=$3
  if [[ $probe == /* ]]; then [[ -e $probe ]] && return 0; else command -v "$probe" >/dev/null && return 0; fi
  if [[ $(id -u) != 0 ]]; then
    echo "parley: needs the Debian package '$package' ($why). Install it with: sudo apt-get install $package" >&2
    return 1
  fi
  echo "parley: installing the Debian package '$package' ($why)" >&2
  apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
    { apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$package" >/dev/null; } ||
    { echo "parley: apt-get could not install '$package'" >&2; return 1; }
}
