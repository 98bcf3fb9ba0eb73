# make build    the tng tool, in .build/release
# make demo     encodes a picture, decodes it, and prints sizes and PSNR beside JPEG, WebP and AVIF
# make figure   the picture of the README: original, JPEG and TNG at equal bytes
# make test     all tests
# make library  the C library, in .build/library; make test-library checks it as C programs meet it
# make python   the wheel of the Python package, in .build/python; make test-wheel tests it in an environment of its own
# make loaders  what lets other programs open TNG files, in .build/loaders; make test-vips and make test-desktop test it
# make install  the tool, the C library, loaders, the manual page and completions, below PREFIX (and DESTDIR before it)
# make deb      packages for Debian, and a tarball of the tool, in .build/packages
# make man      the manual page of the tool, .build/tng.1
# make conformance   makes the files of Tests/Conformance and what is expected of them anew
# make wasm     the decoder for web pages, in web/dist; make test-web tests it and the page in Chromium, make bench-web times it
# make serve    the service on port 8080, with the page; make test-server tests it, make bench-server measures it
# make evaluate measures TNG beside other codecs on the pictures of the folder KODAK, and writes the report
# make benchmark measures kernels, stages and the codec beside others, and writes Documentation/Performance.md
# make archive-tools  the archive's command on Spark, in .build/archive; make test-archive tests it on a cluster of processes,
#               make test-archive-large with 5000 pictures
# make lint     checks the format of all Swift code; make format repairs it

SHELL := /bin/bash
SWIFT_FILES := Package.swift Sources Tests Fuzzing Benchmarks web/decoder Server/Package.swift Server/Sources Server/Tests
# Python packages whose tests belong to `make test`, as pip names them
PYTHON_PACKAGES := ./evaluation[tests] ./training[test]

# Where make install puts things; LIBDIR below it is where libraries are.
PREFIX := /usr/local
LIBDIR := lib

KODAK := ../shared/data/kodak

.PHONY: build man conformance demo figure evaluate bench-kodak benchmark build-benchmarks test test-python wasm
.PHONY: static install deb library test-library python test-wheel loaders test-vips test-desktop
.PHONY: archive-tools test-archive test-archive-large
.PHONY: test-interchange test-web bench-web web-tools server serve test-server bench-server lint format install-tools
.DEFAULT_GOAL := build

build: install-tools
	swift build --configuration release --product tng

# The tool as others get it, with Swift's runtime inside. A folder of its own, because all is compiled differently.
static: install-tools
	swift build --configuration release --product tng --static-swift-stdlib --scratch-path .build/static

install: static loaders man
	DESTDIR='$(DESTDIR)' Scripts/install '$(PREFIX)' '$(LIBDIR)'

# Scripts/check-packages tries them on a bare Debian.
deb: static loaders man
	Scripts/build-packages

library: install-tools
	Scripts/build-library

test-library: install-tools
	Scripts/check-library

# The library is built even if it is there: its sources may have changed.
python: library
	rm -rf .build/python python/build
	TNG_LIBRARY=$(CURDIR)/.build/library/lib/libtng.so.0 python3 -m pip wheel --quiet --no-deps --wheel-dir .build/python ./python

test-wheel: python .build/wheel-tests/made
	.build/wheel-tests/bin/pip install --quiet --force-reinstall --no-deps .build/python/tng-*.whl
	cd python && ../.build/wheel-tests/bin/python3 -m pytest --quiet
	cd python && ../.build/wheel-tests/bin/python3 -m mypy src

# Nothing but what the package asks for and its tests.
.build/wheel-tests/made: python/pyproject.toml
	python3 -m venv --clear .build/wheel-tests
	.build/wheel-tests/bin/pip install --quiet --upgrade pip
	.build/wheel-tests/bin/pip install --quiet $$(.build/wheel-tests/bin/python3 -c \
	  'import tomllib; project = tomllib.load(open("python/pyproject.toml", "rb"))["project"]; \
	   print(*project["dependencies"], *project["optional-dependencies"]["tests"])')
	touch $@

loaders: library
	Scripts/build-loaders

test-vips: build library .venv/installed
	Scripts/install-tools vips.pc:libvips-dev convert:imagemagick
	Scripts/build-loaders
	.venv/bin/pip install --quiet 'pyvips>=2.2,<4' 'numpy>=2' 'pytest>=8'
	TNG=$(CURDIR)/.build/release/tng Scripts/with-loaders .venv/bin/python3 -m pytest --quiet libvips/tests

test-desktop: build library .venv/installed
	Scripts/install-tools gdk-pixbuf-2.0.pc:libgdk-pixbuf-2.0-dev gdk-pixbuf-thumbnailer:libgdk-pixbuf2.0-bin \
	  update-mime-database:shared-mime-info gio:libglib2.0-bin
	Scripts/build-loaders
	.venv/bin/pip install --quiet 'pillow>=12' 'pytest>=8'
	TNG=$(CURDIR)/.build/release/tng Scripts/with-loaders .venv/bin/python3 -m pytest --quiet desktop/tests

man: install-tools
	swift package generate-manual
	cp .build/plugins/GenerateManual/outputs/TNGTool/tng.1 .build/tng.1
	@echo 'To read it: man -l .build/tng.1'

conformance: install-tools
	GENERATE_EXPECTED=1 swift test --configuration release --scratch-path .build/tests -Xswiftc -enable-testing \
	  --filter ConformanceTests

demo: build
	Scripts/demo .build/release/tng

figure: build
	Scripts/figure .build/release/tng

# bench-kodak is the same.
evaluate bench-kodak: build .venv/installed
	Scripts/install-tools butteraugli_main:libjxl-devtools
	.venv/bin/pip install --quiet --editable './evaluation[codecs]'
	TNG=$(CURDIR)/.build/release/tng .venv/bin/python3 -m tng_evaluation run $(KODAK)
	Scripts/readme-tables

benchmark: build build-benchmarks
	Scripts/benchmark $(if $(wildcard $(KODAK)/*.png),$(KODAK),Examples/kodim23.png)

build-benchmarks:
	@Scripts/install-tools pkg-config:pkg-config libturbojpeg.pc:libturbojpeg0-dev libwebp.pc:libwebp-dev libavif.pc:libavif-dev libjxl.pc:libjxl-dev
	swift build --configuration release --package-path Benchmarks --scratch-path .build/benchmarks

# The codec first: installing what the rest needs, such as Python packages, may fail. A folder of its own, because
# -enable-testing changes how all modules are built.
test: install-tools
	swift test --configuration release --scratch-path .build/tests -Xswiftc -enable-testing
	Scripts/check-kernels
	Scripts/module-graph --check
	$(MAKE) test-library
	$(MAKE) test-wheel
	$(MAKE) test-python
	$(MAKE) test-interchange

# Every kind of picture through the tool to every format, read again by Pillow, ImageMagick and libjxl.
test-interchange: build .venv/installed
	Scripts/install-tools mogrify:imagemagick djxl:libjxl-tools
	TNG=$(CURDIR)/.build/release/tng .venv/bin/python3 -m pytest --quiet Tests/Interchange

test-python: .venv/installed
	$(foreach package,$(PYTHON_PACKAGES),(cd $(firstword $(subst [, ,$(package))) \
	  && $(CURDIR)/.venv/bin/python3 -m pytest --quiet) &&) true

wasm:
	Scripts/build-wasm

test-web: wasm build server web-tools
	.venv/bin/python3 -m pytest --quiet web/tests

bench-web: wasm build web-tools
	.venv/bin/python3 web/tests/benchmark.py

web-tools: .venv/installed
	Scripts/install-tools node:nodejs chromium:chromium
	.venv/bin/pip install --quiet 'numpy>=2' 'pillow>=12' 'playwright>=1.49' 'pytest>=8'

# An environment of its own, with the wheel: tng-archive asks for it by its name.
ARCHIVE := .build/archive

archive-tools: python $(ARCHIVE)/installed
	$(ARCHIVE)/bin/pip install --quiet --force-reinstall --no-deps .build/python/tng-*.whl

$(ARCHIVE)/installed: archive/pyproject.toml
	Scripts/install-tools java:default-jre-headless
	python3 -m venv $(ARCHIVE)
	$(ARCHIVE)/bin/pip install --quiet --upgrade pip
	$(ARCHIVE)/bin/pip install --quiet .build/python/tng-*.whl --editable './archive[s3,tests]'
	touch $@

test-archive: archive-tools
	cd archive && $(abspath $(ARCHIVE))/bin/python3 -m pytest --quiet

# Hours on two cores: five thousand pictures, on the cluster several times over.
test-archive-large: archive-tools
	cd archive && TNG_ARCHIVE_PICTURES=5000 $(abspath $(ARCHIVE))/bin/python3 -m pytest --quiet tests/test_cluster.py

# One configuration for the service and its tests, so that what they depend on is built once.
SERVER_BUILD := --package-path Server --scratch-path Server/.build --configuration release

server: install-tools
	swift build $(SERVER_BUILD) --product tng-server

serve: server wasm
	Server/.build/release/tng-server --images Examples --cache .build/image-cache --web web/page

test-server: install-tools .venv/installed
	swift test $(SERVER_BUILD) --disable-testable-imports
	.venv/bin/pip install --quiet 'schemathesis>=4.32,<5' 'pillow>=12'
	PATH="$(CURDIR)/.venv/bin:$$PATH" Server/Scripts/fuzz Server/.build/release/tng-server --max-time 30

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
