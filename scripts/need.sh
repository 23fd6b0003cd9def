#!/usr/bin/env bash
# Says in words which of the named tools is missing, instead of "command not found" in the middle of a build.
set -eu

advice() {
    case $1 in
    cargo) echo '请从 https://rustup.rs 安装 Rust 1.95 或更新的版本。' ;;
    node | npm) echo '请安装 Node.js 20 或更新的版本（含 npm）。' ;;
    *) echo '请先安装。' ;;
    esac
}

for tool in "$@"; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        printf '错误：没有找到 %s。%s\n' "$tool" "$(advice "$tool")" >&2
        exit 1
    fi
done

if command -v node >/dev/null 2>&1; then
    major=$(node -p 'process.versions.node.split(".")[0]')
    if [ "$major" -lt 20 ]; then
        printf '错误：Node.js 的版本是 %s，需要 20 或更新。\n' "$(node -v)" >&2
        exit 1
    fi
fi
