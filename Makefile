# make build    the tng tool, in .build/release
# make demo     encodes a picture, decodes it, and prints sizes and PSNR beside JPEG and WebP
# make figure   the picture of the README: original, JPEG and TNG at equal bytes
# make test     all tests
# make serve    the service on port 8080, with the page; make test-server tests it, make bench-server measures it
# make evaluate measures TNG beside other codecs on the pictures of the folder KODAK, and writes the report
# make lint     checks the format of all Swift code; make format repairs it

SHELL := /bin/bash
SWIFT_FILES := Package.swift Sources Tests Server/Package.swift Server/Sources Server/Tests
# Python packages whose tests belong to `make test`, as pip names them
PYTHON_PACKAGES := ./evaluation[tests] ./training[test]

KODAK := ../shared/data/kodak

.PHONY: build demo figure evaluate bench-kodak test test-python server serve test-server bench-server lint format install-tools
.DEFAULT_GOAL := build

build: install-tools
	swift build --configuration release --product tng

demo: build
	Scripts/demo .build/release/tng

figure: build
	Scripts/figure .build/release/tng

# bench-kodak is the same.
evaluate bench-kodak: build .venv/installed
	.venv/bin/pip install --quiet --editable './evaluation[codecs]'
	TNG=$(CURDIR)/.build/release/tng .venv/bin/python3 -m tng_evaluation run $(KODAK)
	Scripts/readme-tables

# A folder of its own, because -enable-testing changes how all modules are built.
test: install-tools $(if $(PYTHON_PACKAGES),test-python)
	Scripts/check-kernels
	swift test --configuration release --scratch-path .build/tests -Xswiftc -enable-testing

test-python: .venv/installed
	$(foreach package,$(PYTHON_PACKAGES),(cd $(firstword $(subst [, ,$(package))) \
	  && $(CURDIR)/.venv/bin/python3 -m pytest --quiet) &&) true

# One configuration for the service and its tests, so that what they depend on is built once.
SERVER_BUILD := --package-path Server --scratch-path Server/.build --configuration release

server: install-tools
	swift build $(SERVER_BUILD) --product tng-server

serve: server
	Server/.build/release/tng-server --images Examples --cache .build/image-cache \
	  $(if $(wildcard web/dist),--web web/dist)

test-server: install-tools .venv/installed
	swift test $(SERVER_BUILD) --disable-testable-imports
	.venv/bin/pip install --quiet 'schemathesis>=4.32,<5' 'pillow>=12'
	PATH="$(CURDIR)/.venv/bin:$$PATH" Server/Scripts/fuzz Server/.build/release/tng-server --max-time 60

bench-server: server build
	Scripts/install-tools wrk:wrk
	Server/Scripts/benchmark Server/.build/release/tng-server .build/release/tng

# Packages that the system has already are used. PyTorch's build for CPUs is a tenth of the other's size.
.venv/installed: Makefile
	python3 -c 'import ensurepip' || Scripts/install-tools ensurepip:python3-venv
	python3 -m venv --system-site-packages .venv
	.venv/bin/pip install --quiet torch==2.13.0+cpu || true
	.venv/bin/pip install --quiet $(foreach package,$(PYTHON_PACKAGES),--editable '$(package)')
	touch $@

lint:
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)

format:
	swift format --in-place --parallel --recursive $(SWIFT_FILES)

# What is not there already, by apt; needs root or sudo only then.
install-tools:
	@Scripts/install-tools
