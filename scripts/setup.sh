#!/usr/bin/env bash
# Installs from Debian's packages what the tests need and the machine lacks. Does nothing when all is there.
set -eu

"$(dirname "$0")/need.sh" cargo node npm

has() { command -v "$1" >/dev/null 2>&1; }
has_postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_office() { has soffice && compgen -G '/usr/lib*/libreoffice/program/libswlo.so' >/dev/null; }
has_chinese() { has fc-list && [ -n "$(fc-list :lang=zh-cn family)" ]; }

missing=()
has cc || missing+=(build-essential)
has_postgres || missing+=(postgresql)
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium)
has_chinese || missing+=(fontconfig fonts-noto-cjk)
has_office || missing+=(libreoffice-calc libreoffice-writer)
has pdftotext || missing+=(poppler-utils)
[ ${#missing[@]} -gt 0 ] || exit 0

echo "缺少以下软件，现在安装：${missing[*]}"
if ! has apt-get; then
    echo "错误：这台机器没有 apt-get。请用系统自带的方式安装：${missing[*]}，然后再试。" >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! has sudo; then
        echo "错误：安装软件要管理员权限，但没有 sudo。请让管理员运行：apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" || {
    echo "错误：安装没有成功（见上）。请检查网络与软件源，然后再运行。" >&2
    exit 1
}
