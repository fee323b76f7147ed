# One command on a fresh machine with git, make and Python 3.11 or newer:  make run   |   make test
SHELL := /bin/sh
.DEFAULT_GOAL := help

V := .venv
PY ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
UV := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),uv pip install --quiet --python $(V)/bin/python,$(V)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile)
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

# Whoever forbids Python to keep what it has compiled waits three seconds longer for each of our programs.
export PYTHONDONTWRITEBYTECODE :=

# A checkout that was moved needs its environment made again: the scripts inside name their old place.
READY := $(V)/.ready
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

.PHONY: help setup run test lint fix types docs bench ci clean lock

help: ## 列出这些命令
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(READY) ## 建立 .venv（按带校验值的锁定文件安装）

run: $(READY) ## 启动平台：http://127.0.0.1:8000/（PORT、JISHU_HOME、JISHU_DATABASE_URL 可设）
	@exec $(V)/bin/python -m jishu.cli up

test: $(READY) ## 运行全部测试；make test APP=asset 只运行一个系统的
	@exec $(V)/bin/python -m jishu.cli test $(if $(APP),-k $(APP))

lint: $(READY) ## 检查格式、依赖方向、模板、迁移与模块长度
	$(V)/bin/ruff check .
	$(V)/bin/ruff format --check .
	$(V)/bin/lint-imports --no-cache
	$(V)/bin/djlint --check --lint --quiet src
	$(V)/bin/python -m jishu.cli makemigrations --check --dry-run
	@find src tests -name '*.py' ! -path '*/migrations/*' -exec awk 'END { most = FILENAME ~ /\/tests\/|^tests\// ? 500 : 400; if (NR > most) { print FILENAME ": " NR " 行,超过 " most " 行"; exit 1 } }' {} \; | { ! grep .; }

fix: $(READY) ## 自动改正格式
	$(V)/bin/ruff check --fix .
	$(V)/bin/ruff format .
	$(V)/bin/djlint --reformat --quiet src

types: $(READY) ## 类型检查
	$(V)/bin/mypy
	$(V)/bin/python -m jishu.runtime.frontend

docs: $(READY) ## 重新生成 docs/reference
	@mkdir -p docs/reference
	$(V)/bin/python -m jishu.cli contract schema > docs/reference/contract.schema.json
	$(V)/bin/python -m jishu.cli contract rules --markdown > docs/reference/contract-rules.md
	$(V)/bin/python -m jishu.cli openapi > docs/reference/openapi.json

bench: $(READY) ## 测出本项目声称的每个数字
	$(V)/bin/python -m benchmarks

ci: lint types test ## CI 所做的全部检查

lock: ## 更新锁定文件（需要 uv 与 npm）
	$(LOCK) --extra test pyproject.toml requirements/build.in -o requirements/all.lock
	$(LOCK) requirements/node.in -o requirements/node.lock
	cd frontend && npm install --package-lock-only
	cd frontend/browser && npm install --package-lock-only

clean: ## 删除可以重建的一切；var/ 中的数据不动
	rm -rf $(V) frontend/node_modules frontend/browser/node_modules src/jishu/static/dist .mypy_cache .ruff_cache .pytest_cache

$(READY): requirements/all.lock
	@test -n "$(PY)" || { echo "需要 Python 3.11 以上(可用 make PY=/路径/python3 指定)。"; exit 1; }
	@echo "正在建立运行环境(首次约一两分钟)……"
	@test "$$(cat $@ 2>/dev/null)" = "$(CURDIR)" || $(PY) -m venv --clear $(V) || \
		{ echo "未能建立虚拟环境;Debian、Ubuntu 请先安装 python3-venv。"; exit 1; }
	@$(INSTALL) --require-hashes -r requirements/all.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@echo "$(CURDIR)" > $@
