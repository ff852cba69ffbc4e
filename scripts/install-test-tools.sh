#!/usr/bin/env bash
# Installs what the tests need besides the .NET SDK: protoc with the well-known types and the gRPC plugin for Python, and gRPC for the
# system's Python; bubblewrap, in which the container's program is run; Node with npm, Chromium and curl, in which clients of the HTTP face run.
# What is there stays as it is, wherever it came from.
set -euo pipefail

scratch=$(mktemp -d)
log=$scratch/log
trap 'rm -rf "$scratch"' EXIT

has_protoc() {
  echo 'syntax = "proto3"; import "google/protobuf/timestamp.proto";' >"$scratch/probe.proto"
  protoc -I "$scratch" -o "$scratch/probe" "$scratch/probe.proto" 2>/dev/null && command -v grpc_python_plugin >/dev/null &&
    /usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null
}

has_node() {
  node --eval 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null
}

# The packages of what is missing.
missing() {
  has_protoc || echo protobuf-compiler libprotobuf-dev protobuf-compiler-grpc python3-grpcio python3-protobuf
  has_node || echo nodejs
  command -v npm >/dev/null || echo npm
  local program
  for program in bwrap:bubblewrap chromium:chromium curl:curl; do
    command -v "${program%%:*}" >/dev/null || echo "${program##*:}"
  done
}

give_up() {
  echo "scripts/install-test-tools.sh: $1" >&2
  echo "The tests need protoc with google/protobuf/*.proto, grpc_python_plugin, the modules grpc and google.protobuf for /usr/bin/python3," >&2
  echo "bwrap, node (20 or newer), npm, chromium and curl. On Debian and Ubuntu: apt-get install $packages" >&2
  exit 1
}

packages=$(missing | xargs)
[ -n "$packages" ] || exit 0

command -v apt-get >/dev/null || give_up "some are missing, and there is no apt-get here to install them with."
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || give_up "some are missing, and installing them takes root or sudo."
  as_root=sudo
fi

apt() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1
}

echo "Installing $packages"
# The lists of packages may be missing (fresh containers) or name versions that are gone.
# shellcheck disable=SC2086
if ! apt install -y --no-install-recommends $packages; then
  { apt update && apt install -y --no-install-recommends $packages; } || {
    cat "$log" >&2
    give_up "apt-get could not install them; its messages are above."
  }
fi
packages=$(missing | xargs)
[ -z "$packages" ] || give_up "they were installed but cannot be found; is another version in the way?"
