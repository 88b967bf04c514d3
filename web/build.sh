#!/usr/bin/env bash
# Builds the page: types from the API's description, type check, Vite, brotli. Parley.csproj calls this on every build;
# it does nothing when the output is current, and nothing but say so where there is no Node.
#
#   artifacts/web/<hash>/           what came out, <hash> over the files below and the description
#   artifacts/web/current           link to the one in use
#   ~/.cache/parley/web/<hash>/     the same, shared by all clones of this user (XDG_CACHE_HOME is honoured)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
built=$(cd .. && pwd)/artifacts/web
description=../src/Parley/Ops/openapi.json

hash=$( (find build.sh package.json package-lock.json index.html tsconfig.json vite.config.ts public src scripts -type f -not -name "*.gen.ts" -print0 |
  LC_ALL=C sort -z | xargs -0 sha256sum; sha256sum "$description") | sha256sum | cut -c1-16)
[[ $(readlink "$built/current" 2>/dev/null) != "$hash" || ! -e $built/$hash/index.html.br ]] || exit 0

cache=${XDG_CACHE_HOME:-${HOME:-$built}/.cache}/parley/web
mkdir -p "$cache" "$built"
# Several builds may run at once: one makes it, the others wait; a folder appears whole or not at all, by rename.
exec 9>"$cache/lock"
flock 9
if [[ ! -e $cache/$hash/index.html.br ]]; then
  if ! command -v npm >/dev/null; then
    echo "parley: no Node here, so the page is left out of this build (install Node with npm, build again)"
    rm -f "$built/current"
    exit 0
  fi
  [[ node_modules/.package-lock.json -nt package-lock.json ]] ||
    { npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.package-lock.json; } ||
    { echo "parley: npm ci in web/ failed; -p:ParleyWeb=false builds without the page" >&2; exit 1; }
  out=$(mktemp -d "$cache/out.XXXXXX")
  trap 'rm -rf "$out"' EXIT
  npm run --silent types && npm run --silent check && npx vite build --logLevel warn --outDir "$out" --emptyOutDir
  node scripts/icons.mjs "$out"
  node scripts/shell.mjs "$out"
  node scripts/compress.mjs "$out"
  chmod 755 "$out"
  rm -rf "${cache:?}/$hash"
  mv -T "$out" "$cache/$hash"
  # The last eight are kept.
  ls -dt "$cache"/*/ | tail -n +9 | xargs -r rm -rf
fi
rm -rf "${built:?}/$hash"
cp -r "$cache/$hash" "$built/$hash"
link=$(mktemp -u "$built/link.XXXXXX")
ln -s "$hash" "$link"
mv -T "$link" "$built/current"
