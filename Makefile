# Everything a developer or operator does, by name. `make help` lists it.
# The work stands in scripts/; this file says what depends on what.

SHELL := /bin/bash
export PATH := $(HOME)/.cargo/bin:$(PATH)

NPM := crates/web/npm
VENDOR := crates/web/assets/vendor
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

.PHONY: help run test check build assets e2e bench deny clean-data
.DEFAULT_GOAL := help

help:  ## 显示本说明
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 22

run: assets  ## 编译并打开一套可用的样例：http://127.0.0.1:8080（数据在 ./data）
	@scripts/need.sh cargo
	cargo build --release --locked --bin luodi
	@mkdir -p $(DATA)
	exec target/release/luodi demo --listen $(LISTEN) --data $(DATA)

test:  ## 全部测试：检查、单元、SQLite 与 PostgreSQL、政策包、浏览器（缺的软件自动安装）
	@scripts/setup.sh
	@$(MAKE) --no-print-directory assets e2e/node_modules/.stamp
	@scripts/test.sh

check: assets  ## 只做静态检查：格式、clippy、文档
	cargo fmt --all --check
	cargo clippy --workspace --locked -- -D warnings
	cargo clippy --workspace --all-targets --locked -- -D warnings -A clippy::unwrap_used -A clippy::expect_used -A clippy::panic
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

build: assets  ## 编译调试版本
	cargo build --workspace --locked

assets: $(VENDOR)/icons.svg  ## 安装前端依赖，并放到程序要嵌入的位置

$(VENDOR)/icons.svg: $(NPM)/node_modules/.stamp $(NPM)/icons.json $(NPM)/vendor.mjs
	node $(NPM)/vendor.mjs

$(NPM)/node_modules/.stamp: $(NPM)/package-lock.json
	@scripts/need.sh node npm
	cd $(NPM) && $(NPM_CI)
	@touch $@

e2e/node_modules/.stamp: e2e/package-lock.json
	@scripts/need.sh node npm
	cd e2e && $(NPM_CI)
	@touch $@

e2e: assets e2e/node_modules/.stamp  ## 只做浏览器测试（图片在 e2e/artefacts/）
	cargo build --workspace --locked
	cd e2e && node --test tests/*.test.mjs

bench: assets  ## 性能测量：表格输出，并写 target/bench.json
	cargo build --release --locked --bin luodi
	target/release/luodi bench --json target/bench.json

deny:  ## 检查依赖的许可证与安全公告（先 cargo install cargo-deny --locked）
	@command -v cargo-deny >/dev/null || { echo '没有安装 cargo-deny。请先运行 cargo install cargo-deny --locked'; exit 1; }
	cargo deny check

clean-data:  ## 删除 make run 的样例数据
	rm -rf ./data
