#!/usr/bin/env bash
# Builds SQLite from its amalgamation: libparleysqlite.so (beside the JIT build) and libparleysqlite.a (inside the
# native executable). ./dev and Parley.Sqlite.csproj call this; it does nothing when the outputs are current.
#
#   artifacts/native-libs/<hash>/    the outputs, <hash> over the inputs below
#   artifacts/native-libs/current    link to the one in use
#   ~/.cache/parley/native/<hash>/   the same, shared by all clones of this user (XDG_CACHE_HOME is honoured)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debian.sh"

read -r package version integrity sqlite < <(grep -v '^#' "$here/sqlite.lock")
mapfile -t flags < <(grep -v '^#' "$here/sqlite.flags")
machine=$(uname -m)
# x86-64-v2 (SSE4.2, 2009) is the oldest processor Parley ships for; elsewhere the compiler's default is kept.
[[ $machine != x86_64 ]] || flags+=(-march=x86-64-v2)

hash=$(cat "$here/build.sh" "$here/sqlite.lock" "$here/sqlite.flags" - <<<"$machine" | sha256sum | cut -c1-16)
libs=$(dirname "$here")/artifacts/native-libs
cache=${XDG_CACHE_HOME:-${HOME:-$libs}/.cache}/parley/native
if [[ -e $libs/$hash/libparleysqlite.a && $(readlink "$libs/current" 2>/dev/null) == "$hash" ]]; then
  touch -c "$libs/$hash/stamp"
  exit 0
fi

work=
trap '[[ -z $work ]] || rm -rf "$work"' EXIT

# Leaves the verified amalgamation in $work.
fetch() {
  need_package npm npm "fetches the SQLite amalgamation"
  (cd "$work" && npm pack "$package@$version" --silent --no-audit >npm.out 2>&1) ||
    { cat "$work/npm.out" >&2; echo "parley: could not fetch $package@$version" >&2; exit 1; }
  local tarball="$work/$package-$version.tgz" actual
  actual=sha512-$(sha512sum "$tarball" | cut -d' ' -f1 | tr a-f A-F | basenc -d --base16 | base64 -w0)
  [[ $actual == "$integrity" ]] ||
    { echo "parley: $package@$version has hash $actual, native/sqlite.lock says $integrity" >&2; exit 1; }
  tar -xzf "$tarball" -C "$work" --strip-components=3 package/deps/sqlite3
  grep -q "^#define SQLITE_VERSION  *\"$sqlite\"" "$work/sqlite3.h" ||
    { echo "parley: $package@$version does not carry SQLite $sqlite" >&2; exit 1; }
}

compile() {
  need_package gcc gcc "compiles SQLite"
  need_package /usr/include/stdio.h libc6-dev "headers to compile SQLite"
  echo "parley: compiling SQLite $sqlite (once; kept in $cache)" >&2
  local compiler=(gcc -O2 -g0 -fPIC -fno-semantic-interposition -w "${flags[@]}")
  mkdir "$work/out"
  # Nobody unwinds through SQLite: it throws nothing, and what calls it is found without.
  "${compiler[@]}" -fno-asynchronous-unwind-tables -c "$work/sqlite3.c" -o "$work/sqlite3.o"
  ar rcsD "$work/out/libparleysqlite.a" "$work/sqlite3.o"
  # The benchmarks hold our index against FTS5; the executable carries no second engine.
  "${compiler[@]}" -DSQLITE_ENABLE_FTS5 -c "$work/sqlite3.c" -o "$work/sqlite3.o"
  gcc -shared -s -Wl,-soname,libparleysqlite.so "$work/sqlite3.o" -o "$work/out/libparleysqlite.so" -lm
}

# Several builds may run at once: one compiles, the others wait; a folder appears whole or not at all, by rename.
mkdir -p "$cache" "$libs"
exec 9>"$cache/lock"
flock 9
if [[ ! -d $cache/$hash ]]; then
  work=$(mktemp -d "$cache/work.XXXXXX")
  fetch
  compile
  mv -T "$work/out" "$cache/$hash"
fi
if [[ ! -d $libs/$hash ]]; then
  copy=$(mktemp -d "$libs/copy.XXXXXX")
  cp "$cache/$hash"/* "$copy"
  chmod 755 "$copy"
  mv -T "$copy" "$libs/$hash"
fi
# New times make MSBuild copy the library again after a switch between two versions.
touch "$libs/$hash"/* "$libs/$hash/stamp"
link=$(mktemp -u "$libs/link.XXXXXX")
ln -s "$hash" "$link"
mv -T "$link" "$libs/current"
