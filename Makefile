# make build    the tng tool, in .build/release
# make demo     encodes a picture, decodes it, and prints sizes and PSNR beside JPEG and WebP
# make figure   the picture of the README: original, JPEG and TNG at equal bytes
# make test     all tests
# make lint     checks the format of all Swift code; make format repairs it

SHELL := /bin/bash
SWIFT_FILES := Package.swift Sources Tests
# Python packages whose tests belong to `make test`, as pip names them: ./training[test]
PYTHON_PACKAGES :=

.PHONY: build demo figure test test-python lint format install-tools
.DEFAULT_GOAL := build

build: install-tools
	swift build --configuration release --product tng

demo: build
	Scripts/demo .build/release/tng

figure: build
	Scripts/figure .build/release/tng

# A folder of its own, because -enable-testing changes how all modules are built.
test: install-tools $(if $(PYTHON_PACKAGES),test-python)
	Scripts/check-kernels
	swift test --configuration release --scratch-path .build/tests -Xswiftc -enable-testing

test-python: .venv/installed
	$(foreach package,$(PYTHON_PACKAGES),(cd $(firstword $(subst [, ,$(package))) \
	  && $(CURDIR)/.venv/bin/python3 -m pytest --quiet) &&) true

# Packages that the system has already, such as PyTorch, are used.
.venv/installed: Makefile
	python3 -c 'import ensurepip' || Scripts/install-tools ensurepip:python3-venv
	python3 -m venv --system-site-packages .venv
	.venv/bin/pip install --quiet $(foreach package,$(PYTHON_PACKAGES),--editable '$(package)')
	touch $@

lint:
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)

format:
	swift format --in-place --parallel --recursive $(SWIFT_FILES)

# What is not there already, by apt; needs root or sudo only then.
install-tools:
	@Scripts/install-tools
