# make build    the tng tool, in .build/release
# make demo     encodes a picture, decodes it, and prints sizes and PSNR beside JPEG and WebP
# make figure   the picture of the README: original, JPEG and TNG at equal bytes
# make test     all tests
# make lint     checks the format of all Swift code; make format repairs it

SHELL := /bin/bash
SWIFT_FILES := Package.swift Sources Tests
VENV := .venv/bin/python3

.PHONY: build demo figure test lint format install-tools
.DEFAULT_GOAL := build

build: install-tools
	swift build --configuration release --product tng

demo: build
	Scripts/demo .build/release/tng

figure: build
	Scripts/figure .build/release/tng

# A folder of its own, because -enable-testing changes how all modules are built.
test: install-tools
	Scripts/check-kernels
	swift test --configuration release --scratch-path .build/tests -Xswiftc -enable-testing

lint:
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)

format:
	swift format --in-place --parallel --recursive $(SWIFT_FILES)

# What is not there already, by apt; needs root or sudo only then.
install-tools:
	@Scripts/install-tools
