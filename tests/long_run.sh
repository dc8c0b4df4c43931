#!/usr/bin/env bash
# What takes longer, or needs more than PyPI: run it before a release. What is missing is skipped with a word.
#
#   tests/long_run.sh                      all of it
#   tests/long_run.sh old-clients ...      a part of it, or several:
#
#   old-clients   each generation of the vendor's SDK drives the lives of models (tests/old_clients)
#   libraries     the folders about clients, with other versions of the libraries that fakestt cuts into or stands on
#   oldest        the whole suite with the oldest of all of these libraries
#   pythons       the suite on every Python from 3.11 to 3.14 that is here, as python3.N or under pyenv, and on the one
#                 without a global lock, python3.14t
#   sdist         the suite out of the archive of the sources
#   order         the suite in a random order, five times, in four processes at once and beside a load
#   audio         100,000 mutations of audio; where ffprobe is, what it says of 150 of them
#   requests      a million requests of all kinds, with a seed that is printed
#   stories       clients with threads and loops wait for hours, a thousand times each, under load: one journal
#   journals      20,000 journals, of clients whose requests meet all faults and scripts, read by the oracle
#   machines      2,000 lives of both kinds of model in each way to drive them, read beside the oracles
#   page          the page of --fakestt-html in a headless Chromium, and one of a thousand tests
#   openings      20,000 random openings of connections to the live server, with a seed that is printed
#   exploring     with two faults: clients with a bug, and one that bears them all
#   mutation      a thousand mutants of the code, drawn by a seed that is printed: does any test notice?
#                 FAKESTT_MUTANTS=all takes all, FAKESTT_RESULTS=FILE goes on where a run was broken off
#   properties    500 draws of each strategy, and the state machine for clients on each of its clients
#   benchmarks    with their table
#
# Every combination has an environment of its own, which is thrown away. A table at the end says how each went.
set -uo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
table=()

# Old SDKs come as sources, and pip builds them with a setuptools that must still bring pkg_resources.
echo 'setuptools<81' >"$scratch/build.txt"
export PIP_CONSTRAINT=$scratch/build.txt PIP_BUILD_CONSTRAINT=$scratch/build.txt PIP_DISABLE_PIP_VERSION_CHECK=1
clients="tests/transports tests/intercept tests/conformance tests/clients tests/plugin"

row() { # part, name, outcome
  table+=("$(printf '%-12s %-44s %s' "$1" "$2" "$3")")
  printf '%s: %s\n' "$2" "$3"
}

find_python() { # version -> path
  local candidate
  for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
    if "$candidate" -c "
import sys, sysconfig
threads = 't' if sysconfig.get_config_var('Py_GIL_DISABLED') else ''
sys.exit('%d.%d%s' % (*sys.version_info[:2], threads) != '$1')" >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

wheel() { # the one that all environments get
  if [ ! -d "$scratch/wheel" ]; then
    python3 -m venv "$scratch/build" >/dev/null &&
      "$scratch/build/bin/pip" wheel --quiet --no-deps --wheel-dir "$scratch/wheel" . >"$scratch/log" 2>&1 || return 1
  fi
  echo "$scratch"/wheel/fakestt-*.whl
}

environment() { # directory, python, packages; the log says what went wrong
  local directory=$1 python=$2
  shift 2
  "$python" -m venv "$directory" >"$scratch/log" 2>&1 && "$directory/bin/pip" install --quiet "$@" >"$scratch/log" 2>&1
}

not_built() { # part, name
  grep -v '^WARNING' "$scratch/log" | tail -5
  row "$1" "$2" "FAILED: pip could not make the environment"
  failed=1
}

# The vendor's SDK

old_client() { # python's version, packages
  local version=$1 name="${*:2}, python$1" python here="$scratch/old-client" said
  shift
  python=$(find_python "$version") || { row old-clients "$name" "skipped: no python$version here"; return; }
  if ! environment "$here/venv" "$python" "$(wheel)" pytest "$@"; then
    not_built old-clients "$name"
  else
    # Away from the checkout, so that what is installed is what runs.
    mkdir "$here/run"
    cp tests/old_clients/*.py "$here/run"
    mv "$here/run/check_fixture.py" "$here/run/test_fixture.py"
    touch "$here/run/pytest.ini"
    if (cd "$here/run" && ../venv/bin/python drive.py && ../venv/bin/python -m pytest --quiet) >"$scratch/log" 2>&1; then
      said=$(sed -n 1p "$scratch/log")
      row old-clients "$name" "passed in $(grep -c exchanges "$scratch/log") ways and by the fixture ($said)"
    else
      tail -25 "$scratch/log"
      row old-clients "$name" FAILED
      failed=1
    fi
  fi
  rm -rf "$here"
}

old_clients() {
  # ibm-watson 3 calls PyJWT as PyJWT 1 wanted it, and doesn't say so.
  old_client 3.11 'watson-developer-cloud==2.10.*'
  old_client 3.11 'watson-developer-cloud==2.10.*' 'requests==2.26.*' 'urllib3==1.26.*'
  old_client 3.11 'ibm-watson==3.*' 'PyJWT<2'
  old_client 3.11 'ibm-watson==3.*' 'PyJWT<2' 'requests==2.26.*' 'urllib3==1.26.*'
  old_client 3.12 'ibm-watson==5.*'
  old_client 3.11 'ibm-watson==5.*' 'urllib3==1.26.*'
  old_client 3.12 'ibm-watson==8.*'
  old_client 3.11 'ibm-watson==8.*' 'urllib3==1.26.*'
  old_client 3.11 'ibm-watson==11.*'
  old_client 3.13 'ibm-watson==11.*'
}

# Libraries, Pythons, order

suite() { # part, name, python, what to run, packages
  local part=$1 name=$2 python=$3 what=$4
  shift 4
  printf '\n=== %s %s\n' "$part" "$name"
  if ! environment "$scratch/suite" "$python" "$(wheel)[test]" "$@"; then
    not_built "$part" "$name"
  else
    # shellcheck disable=SC2086  # several folders
    if "$scratch/suite/bin/python" -m pytest --quiet -n 2 -p no:cacheprovider --timeout=600 --tb=short --show-capture=no \
      $what >"$scratch/log" 2>&1; then
      row "$part" "$name" "$(tail -1 "$scratch/log")"
    else
      sed -n '/^=* \(ERRORS\|FAILURES\|short test summary info\) =*$/,$p' "$scratch/log" | grep . || tail -25 "$scratch/log"
      row "$part" "$name" "FAILED: $(tail -1 "$scratch/log")"
      failed=1
    fi
  fi
  rm -rf "$scratch/suite"
}

# The SDK's core that goes with urllib3 1.26, and what goes with pytest 8.0: pip would find them too, after it has
# looked at, and partly built, everything newer.
urllib3=('urllib3==1.26.*' 'ibm-cloud-sdk-core==3.18.0')
pytest=('pytest==8.0.*' 'pytest-asyncio==0.23.*' 'pytest-httpx==0.34.*' 'httpx==0.27.*')

libraries() {
  suite libraries 'urllib3 1.26' python3 "$clients" "${urllib3[@]}"
  suite libraries 'httpx 0.27' python3 "$clients" 'httpx==0.27.*' 'pytest-httpx==0.34.*'
  suite libraries 'pytest 8.0' python3 "$clients" "${pytest[@]}"
  suite libraries 'werkzeug 3.0' python3 "$clients" 'werkzeug==3.0.*'
  suite libraries 'time-machine 3.3' python3 "tests/waiting tests/time tests/pollers tests/neighbours" \
    'time-machine==3.3.*'
  suite libraries 'the latest of all' python3 "$clients" 'urllib3>=2' 'httpx>=0.28' 'pytest>=9' 'werkzeug>=3.1'
  suite libraries 'niquests' python3 tests/intercept/test_unknown_libraries.py niquests
}

oldest() {
  # These are about the SDK of today, which urllib3 1.26 doesn't go with, or what it calls `status_code`; and pytest 8.0,
  # which alone shows expected failures with -rA, shows their sections once more.
  local name names=''
  for name in test_refusals.py test_busy.py test_coverage_as_data.py test_in_turn.py test_conditions.py; do
    names+=" --deselect=tests/docs/test_docs_blocks.py::test_each_documented_test_passes[$name]"
  done
  suite oldest 'the oldest of all, whole suite' python3 "tests $names
    --deselect=tests/pollers/test_pollers.py::test_a_client_waits_as_long_as_its_own_back_off_says[sdk-tries1]
    --deselect=tests/faults/test_faults_conditions.py::test_the_official_client_does_not_get_a_new_token_for_a_401
    --deselect=tests/plugin/test_plugin_report_option.py::test_what_pytest_shows_of_passed_tests_is_not_shown_twice[-rA]" \
    "${urllib3[@]}" "${pytest[@]}" 'pytest-xdist==3.5.*' 'werkzeug==3.0.*' 'time-machine==3.3.*'
}

pythons() {
  local version python
  for version in 3.11 3.12 3.13 3.14 3.14t; do
    if python=$(find_python "$version"); then
      suite pythons "python$version" "$python" tests
    else
      row pythons "python$version" 'skipped: it is not here'
    fi
  done
}

sdist() {
  if ! environment "$scratch/build" python3 build ||
    ! "$scratch/build/bin/python" -m build --sdist --outdir "$scratch/sdist" . >"$scratch/log" 2>&1 ||
    ! tar -xzf "$scratch"/sdist/fakestt-*.tar.gz -C "$scratch/sdist" 2>"$scratch/log"; then
    not_built sdist 'the archive of the sources'
    return
  fi
  pushd "$scratch"/sdist/fakestt-*/ >/dev/null || return
  suite sdist 'the suite of the archive of the sources' python3 tests
  popd >/dev/null || return
}

order() {
  # Beside a load: a test that needs a quiet machine fails here.
  local seed load
  for _ in 1 2 3 4 5; do
    seed=$((RANDOM % 1000))
    python3 -c "import os
while os.getppid() == $$: pass" &
    load=$!
    suite order "random order, seed $seed, beside a load" python3 \
      "tests -n 4 -p random_order --random-order-bucket=global --random-order-seed=$seed" pytest-random-order
    kill "$load"
  done
}

requests() {
  export FAKESTT_REQUESTS=1000000 FAKESTT_SEED=$RANDOM
  suite requests "a million requests, FAKESTT_SEED=$FAKESTT_SEED" python3 "tests/fuzz/test_fuzz_requests.py -m slow"
  unset FAKESTT_REQUESTS FAKESTT_SEED
}

stories() {
  export FAKESTT_RUNS=1000
  suite stories 'a thousand runs of each client' python3 \
    "tests/waiting/test_waiting_pollers.py tests/pollers/test_pollers.py -m slow"
  unset FAKESTT_RUNS
}

journals() {
  export FAKESTT_JOURNALS=20000
  suite journals '20,000 journals are read by the oracle' python3 'tests/machines/test_machine_journal.py -m slow'
  unset FAKESTT_JOURNALS
}

machines() {
  export FAKESTT_MACHINES=2000
  suite machines 'both kinds of model beside their oracles' python3 'tests/machines/test_machine_both.py -m slow'
  unset FAKESTT_MACHINES
}

audio() {
  export FAKESTT_MUTATIONS=100000
  suite audio '100,000 mutations of audio' python3 'tests/fuzz/test_fuzz_audio.py tests/fuzz/test_fuzz_verdict.py -m slow -rs'
  unset FAKESTT_MUTATIONS
}

openings() {
  export FAKESTT_OPENINGS=20000 FAKESTT_SEED=$RANDOM
  suite openings "openings of connections, seed $FAKESTT_SEED" python3 "tests/fuzz/test_fuzz_openings.py -m slow"
  unset FAKESTT_OPENINGS FAKESTT_SEED
}

exploring() {
  export FAKESTT_FAULTS=2
  suite exploring 'two faults at each client' python3 "tests/exploring/test_exploring_clients.py -m slow"
  unset FAKESTT_FAULTS
}

properties() {
  export FAKESTT_EXAMPLES=500
  suite properties '500 draws of each strategy' python3 tests/strategies
  suite properties "the state machine on each of its clients" python3 "tests/client_machines -m slow"
  unset FAKESTT_EXAMPLES
}

page() {
  local browser='' name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    browser=${browser:-$(command -v "$name")}
  done
  command -v node >/dev/null || row page 'the arithmetic of its script' "skipped: no node is here (Debian's package nodejs)"
  if [ -z "$browser" ]; then
    row page 'the page in a browser' "skipped: no Chromium is here (Debian's package chromium)"
    return
  fi
  export FAKESTT_BROWSER=1
  suite page "the page in $("$browser" --version 2>/dev/null)" python3 tests/page
  unset FAKESTT_BROWSER
}

mutation() {
  local seed=${FAKESTT_SEED:-$RANDOM} mutants=${FAKESTT_MUTANTS:-1000}
  local given=(--seed "$seed" --results "${FAKESTT_RESULTS:-$scratch/mutants}")
  [ "$mutants" = all ] || given+=(--sample "$mutants")
  if ! environment "$scratch/mutation" python3 '.[mutation]'; then
    not_built mutation mutation
  elif "$scratch/mutation/bin/python" tests/mutation/run.py "${given[@]}" | tee "$scratch/log"; then
    row mutation "$mutants mutants, FAKESTT_SEED=$seed" "$(grep ' killed: ' "$scratch/log")"
  else
    row mutation "$mutants mutants, FAKESTT_SEED=$seed" "FAILED: $(grep ' killed: ' "$scratch/log")"
    failed=1
  fi
  rm -rf "$scratch/mutation"
}

benchmarks() {
  printf '\n=== benchmarks\n'
  if ! environment "$scratch/bench" python3 '.[bench]'; then
    not_built benchmarks benchmarks
  elif "$scratch/bench/bin/python" tests/benchmarks/run.py; then
    row benchmarks benchmarks 'ran; their table stands above'
  else
    row benchmarks benchmarks FAILED
    failed=1
  fi
}

parts="old-clients libraries oldest pythons sdist order audio requests openings stories exploring properties journals machines page mutation benchmarks"
# shellcheck disable=SC2086  # several words
[ $# -gt 0 ] || set -- $parts
for part in "$@"; do
  case " $parts " in
    *" $part "*) ;;
    *)
      printf '%s: no such part. All: %s; no argument means all.\n' "$part" "${parts// /, }" >&2
      exit 2
      ;;
  esac
done
for part in "$@"; do
  printf '\n=== %s\n' "$part"
  "${part//-/_}"
done

printf '\n=== summary\n'
printf '%s\n' "${table[@]}"
exit $failed
