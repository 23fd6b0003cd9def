#!/usr/bin/env bash
# Runs every test there is, to the end even when one fails, and closes with the sum: "N passed, N failed".
# Logs of the steps stay in target/test-logs/.
set -u
cd "$(dirname "$0")/.."

logs=target/test-logs
rm -rf "$logs"
mkdir -p "$logs"
passed=0
failed=0
troubles=()

# Adds up what the log of a step says. Cargo and Node say how many; of anything else the exit status counts as one.
count_cargo() { awk '/^test result:/ { ok += $4; bad += $6 } END { print ok + 0, bad + 0 }' "$1"; }
count_node() { awk '/^# pass / { ok += $3 } /^# fail / { bad += $3 } /^# cancelled / { bad += $3 } END { print ok + 0, bad + 0 }' "$1"; }
count_exit() { echo '0 0'; }

# step KIND NAME COMMAND…
step() {
    local kind=$1 name=$2 begun=$SECONDS status good bad
    shift 2
    local log="$logs/$name.log"
    printf '\n── %s：%s\n' "$name" "$*"
    "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    read -r good bad < <("count_$kind" "$log")
    if [ "$status" -eq 0 ] && [ "$good" -eq 0 ]; then
        good=1
    elif [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    [ "$bad" -eq 0 ] || troubles+=("$name（$log）")
    printf '── %s：%s 通过，%s 未通过，%s 秒\n' "$name" "$good" "$bad" $((SECONDS - begun))
}

browser_tests() {
    # The tests print TAP, which can be counted; what failed shows with its reason.
    (cd e2e && node --test --test-reporter=tap tests/*.test.mjs)
}

policy_tests() {
    local luodi=target/debug/luodi pack
    for pack in policies/*/; do
        [ "$pack" = policies/broken/ ] || step exit "policy-check-$(basename "$pack")" "$luodi" policy check "$pack"
    done
    step exit policy-test "$luodi" policy test policies
}

step exit fmt cargo fmt --all --check
step exit clippy cargo clippy --workspace --locked -- -D warnings
# What helps tests to fail loudly is allowed in them, also outside of the functions marked as tests.
step exit clippy-tests cargo clippy --workspace --all-targets --locked -- -D warnings \
    -A clippy::unwrap_used -A clippy::expect_used -A clippy::panic
step exit doc env RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked
step cargo cargo-test scripts/with-postgres.sh cargo test --workspace --locked --no-fail-fast
step exit build cargo build --workspace --locked
policy_tests
step node browsers browser_tests

if [ ${#troubles[@]} -gt 0 ]; then
    printf '\n未通过：\n'
    printf '  %s\n' "${troubles[@]}"
fi
printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
