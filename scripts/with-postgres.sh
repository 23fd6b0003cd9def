#!/usr/bin/env bash
# Runs a command beside a private throw-away PostgreSQL: with-postgres.sh CMD…
# The command finds the address in LUODI_TEST_PG. The cluster lives in a temporary folder, listens on 127.0.0.1 alone,
# trades safety for speed (nothing in it is kept), and is gone when the command ends, however it ends.
set -eu

[ $# -gt 0 ] || { echo '用法：scripts/with-postgres.sh 命令 [参数…]' >&2; exit 2; }

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
if [ -z "$bin" ]; then
    command -v initdb >/dev/null || { echo '错误：没有找到 PostgreSQL。请先运行 scripts/setup.sh。' >&2; exit 1; }
    bin=$(dirname "$(command -v initdb)")
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/luodi-pg.XXXXXX")

# The server refuses to run as root.
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    chown "$owner" "$folder"
    as_owner=(runuser -u "$owner" --)
fi
run() { (cd "$folder" && "${as_owner[@]}" "$@"); }

started=
finish() {
    status=$?
    trap - EXIT INT TERM
    [ -z "$started" ] || run "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop || true
    rm -rf "$folder"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
    node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

run "$bin/initdb" -D "$folder/data" -U luodi -A trust -E UTF8 --no-locale --no-sync >"$folder/initdb.log" || {
    cat "$folder/initdb.log" >&2
    exit 1
}

# Between finding a free port and using it somebody else may take it: try again.
for attempt in 1 2 3; do
    port=$(free_port)
    options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='' -c fsync=off"
    options+=" -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=128MB"
    if run "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -s -o "$options" start; then
        started=yes
        break
    fi
done
if [ -z "$started" ]; then
    echo '错误：PostgreSQL 没有启动：' >&2
    cat "$folder/server.log" >&2
    exit 1
fi
run "$bin/createdb" -h 127.0.0.1 -p "$port" -U luodi luodi

export LUODI_TEST_PG="postgres://luodi@127.0.0.1:$port/luodi"
"$@"
