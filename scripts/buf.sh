#!/usr/bin/env bash
# Runs buf, from the npm package @bufbuild/buf; installs it under artifacts/tools when it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
version=1.75.0
buf=artifacts/tools/buf-$version/node_modules/.bin/buf
if [ ! -x "$buf" ]; then
  npm install --silent --no-save --prefix "artifacts/tools/buf-$version" "@bufbuild/buf@$version" >&2
fi
exec "$buf" "$@"
