#!/usr/bin/env bash
# What takes longer, or needs more than PyPI: run it before a release. What is missing is skipped with a word.
#   - the suite on every Python from 3.10 to 3.13 that is here (as python3.N), each in an environment of its own
#   - the suite with the oldest pytest and urllib3 2 that are supported
#   - the benchmarks, with their table
set -uo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

suite() { # name, python, further packages
  local name=$1 python=$2
  shift 2
  printf '\n=== %s\n' "$name"
  "$python" -m venv "$scratch/$name" &&
    "$scratch/$name/bin/pip" install --quiet '.[test]' "$@" &&
    "$scratch/$name/bin/python" -m pytest --quiet -n 2 tests || failed=1
}

for version in 3.10 3.11 3.12 3.13; do
  if command -v "python$version" >/dev/null && "python$version" --version >/dev/null 2>&1; then
    suite "python$version" "python$version"
  else
    printf '\n=== python%s: skipped, it is not here\n' "$version"
  fi
done
suite oldest python3 'pytest==8.0.*' 'pytest-xdist==3.5.*' 'urllib3==2.0.*' 'werkzeug==3.0.*'

printf '\n=== benchmarks\n'
python3 -m venv "$scratch/bench" && "$scratch/bench/bin/pip" install --quiet '.[bench]' &&
  "$scratch/bench/bin/python" tests/benchmarks/run.py || failed=1

exit $failed
