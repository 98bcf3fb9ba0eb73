"""What pages do with the decoder, in Chromium."""

import threading
from pathlib import Path

import numpy
import pytest
from conftest import CONFORMANCE, MODELS, check_conformance
from website import Site

PIXELS = """
  async function pixels(image) {
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data);
  }
"""


@pytest.fixture
def is_isolated():
    """Whether pages are cross-origin isolated; tests may say."""
    return False


@pytest.fixture
def site(is_isolated):
    site = Site(is_isolated)
    yield site
    site.close()


@pytest.fixture
def page(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)
    failures = []
    page.on("pageerror", lambda error: failures.append(error.message))
    page.on("console", lambda message: failures.append(message.text)
            if "Content Security Policy" in message.text else None)
    yield page
    context.close()
    assert failures == []


def open_page(page, site, body: str, script: str = ""):
    """Opens a page with an element and a script of its own."""
    site.files["/page.js"] = script.encode()
    site.files["/page.html"] = (
        f"<!doctype html><meta charset=utf-8>{body}"
        "<script type=module src=/page.js></script>").encode()
    page.goto(f"{site.url}/page.html")


def as_pixels(values, like: numpy.ndarray) -> numpy.ndarray:
    return numpy.array(values, dtype=numpy.uint8).reshape(like.shape)


@pytest.mark.parametrize(("build", "threads", "is_isolated"), [
    ("tng-simd128.wasm", 1, False), ("tng-threads.wasm", 1, True), ("tng-threads.wasm", 2, True),
    ("tng-threads.wasm", 5, True)])
def test_conformance_vectors(page, site, build, threads):
    site.files |= {
        f"/conformance/{path.relative_to(CONFORMANCE)}": path.read_bytes()
        for path in CONFORMANCE.rglob("*") if path.is_file()}
    site.files |= {f"/{path.name}": path.read_bytes() for path in MODELS}
    for name in ["conformance.mjs", "conformance-worker.mjs"]:
        site.files[f"/{name}"] = (Path(__file__).parent / name).read_bytes()
    open_page(page, site, "")
    check_conformance(page.evaluate("""([build, threads, models]) => new Promise((resolve, reject) => {
        const worker = new Worker("/conformance-worker.mjs", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(message);
        worker.postMessage({ build, threads, models });
    })""", [build, threads, [path.name for path in MODELS]]))


@pytest.mark.parametrize("is_isolated", [False, True])
@pytest.mark.parametrize("name", ["photograph", "L-33x50", "LA-40x24", "RGBA-17x70"])
def test_decode_gives_the_pixels_of_the_native_decoder(page, site, vectors, name, is_isolated):
    site.files["/picture.tng"] = vectors[name].path.read_bytes()
    open_page(page, site, "", 'import * as tng from "/tng/tng.js"; globalThis.tng = tng;')
    data = page.evaluate("""async () => {
        const response = await fetch("/picture.tng");
        const image = await tng.decode(await response.arrayBuffer());
        return [image.width, image.height, Array.from(image.data)];
    }""")
    expected = vectors[name].rgba
    assert data[:2] == [expected.shape[1], expected.shape[0]]
    assert numpy.array_equal(as_pixels(data[2], expected), expected)
    has_threads = is_isolated and page.evaluate("navigator.hardwareConcurrency") > 1
    assert site.requests["/tng/tng-threads.wasm"] == has_threads
    assert (site.requests["/tng/tng-thread.js"] > 0) == has_threads


@pytest.mark.parametrize(("options", "name", "codes"), [
    ("{maximumPixels: 10}", "good/model-psnr.tng", ["limit-exceeded", "too-many-pixels"]),
    ("{}", "bad/model-unknown.tng", ["unsupported", "unsupported"]),
    ("{}", "bad/exact-stream-cut.tng", ["damaged", "stream-ends-early"])])
def test_what_is_wrong_is_told(page, site, options, name, codes):
    site.files["/picture.tng"] = (CONFORMANCE / name).read_bytes()
    open_page(page, site, "", 'import * as tng from "/tng/tng.js"; globalThis.tng = tng;')
    error = page.evaluate(f"""async () => {{
        const response = await fetch("/picture.tng");
        return await tng.decode(await response.arrayBuffer(), {options})
          .catch((error) => [error instanceof tng.TNGError, error.category, error.code, error.message]);
    }}""")
    assert error[:3] == [True, *codes]
    assert error[3].endswith(".")


@pytest.mark.parametrize("has_ranges", [True, False])
def test_a_region_on_a_server_is_decoded_from_its_bytes(page, site, vectors, has_ranges):
    site.has_ranges = has_ranges
    wide = vectors["lossless-3000x200"]
    site.files["/picture.tng"] = content = wide.path.read_bytes()
    open_page(page, site, "", """import { RemotePicture } from "/tng/tng-remote.js";
        globalThis.picture = new RemotePicture("/picture.tng");""")
    info = page.evaluate("picture.readInfo()")
    assert (info["width"], info["height"]) == (3000, 200)
    for x, y, width, height in [(2100, 20, 60, 40), (1000, 0, 50, 30)]:
        data = page.evaluate("""async ([x, y, width, height]) => {
            const image = await picture.decode({ x, y, width, height });
            return [image.width, image.height, Array.from(image.data)];
        }""", [x, y, width, height])
        expected = wide.rgba[y : y + height, x : x + width]
        assert data[:2] == [width, height]
        assert numpy.array_equal(as_pixels(data[2], expected), expected)
        if has_ranges and x > 2048:
            assert site.sent["/picture.tng"] < len(content) / 2
    if not has_ranges:
        assert site.requests["/picture.tng"] == 1
    code = page.evaluate("picture.decode({x: 2990, y: 0, width: 11, height: 1}).catch(({ code }) => code)")
    assert code == "region-outside"


def test_the_model_is_fetched_once(page, site, vectors):
    picture = vectors["RGBA-17x70"].path.read_bytes()
    site.files |= {f"/{number}.tng": picture for number in range(3)}
    body = "".join(f'<tng-img src="/{number}.tng" alt=""></tng-img>' for number in range(3))
    for _ in range(2):
        open_page(page, site, body, 'import "/tng/tng-img.js";')
        page.wait_for_function("""() => [...document.querySelectorAll("tng-img")].every(
            (element) => element.shadowRoot?.querySelector("img").naturalWidth === 17)""")
    models = [count for path, count in site.requests.items() if "/models/" in path]
    assert models == [1]


def test_element_has_the_size_of_the_header_and_shows_a_coarse_picture_first(page, site, vectors):
    site.files["/picture.tng"] = vectors["photograph"].path.read_bytes()
    site.holds["/picture.tng"] = threading.Event()
    body = '<tng-img src="/picture.tng" alt="Parrots" quality-placeholder></tng-img>'
    open_page(page, site, body, 'import "/tng/tng-img.js";' + PIXELS + """
        globalThis.element = document.querySelector("tng-img");
        globalThis.image = element.shadowRoot.querySelector("img");
        globalThis.pixels = pixels;
        element.addEventListener("load", () => element.dataset.loaded = true);""")
    page.wait_for_function("() => globalThis.image?.naturalWidth === 768")
    assert page.evaluate("[element.offsetWidth, element.offsetHeight]") == [768, 512]
    expected = vectors["photograph"].rgba
    coarse = as_pixels(page.evaluate("pixels(image)"), expected)
    assert page.evaluate("element.dataset.loaded") is None
    site.holds["/picture.tng"].set()
    page.wait_for_function("() => element.dataset.loaded")
    whole = as_pixels(page.evaluate("pixels(image)"), expected)
    assert numpy.array_equal(whole, expected)
    error = numpy.abs(coarse.astype(int) - expected).mean()
    assert 0 < error < 10
    assert page.evaluate("image.alt") == "Parrots"


def test_element_loads_when_it_comes_near(page, site, vectors):
    site.files["/picture.tng"] = vectors["RGBA-17x70"].path.read_bytes()
    site.files["/eager.tng"] = vectors["RGBA-17x70"].path.read_bytes()
    body = (
        '<tng-img src="/eager.tng" loading=eager alt=""></tng-img>' + "<br>" * 500
        + '<tng-img id=far src="/picture.tng" width=34 height=140 alt=""></tng-img>')
    open_page(page, site, body, 'import "/tng/tng-img.js";')
    page.wait_for_function(
        "() => document.querySelector('tng-img').shadowRoot?.querySelector('img').naturalWidth === 17")
    assert site.requests["/picture.tng"] == 0
    assert page.evaluate("[far.offsetWidth, far.offsetHeight]") == [34, 140]
    page.evaluate("far.scrollIntoView()")
    page.wait_for_function("() => far.shadowRoot.querySelector('img').naturalWidth === 17")
    assert site.requests["/picture.tng"] == 1


def test_element_shows_its_content_when_the_picture_is_wrong(page, site, vectors):
    site.files["/picture.tng"] = vectors["photograph"].path.read_bytes()[:-100]
    body = '<tng-img src="/picture.tng" alt="Parrots"><b id=instead>Parrots</b></tng-img>'
    open_page(page, site, body, """import "/tng/tng-img.js";
        const element = document.querySelector("tng-img");
        element.addEventListener("error", ({ message }) => element.dataset.message = message);""")
    page.wait_for_selector("#instead", state="visible")
    message = page.evaluate("document.querySelector('tng-img').dataset.message")
    assert message.startswith("The file is cut")


def test_service_worker_shows_plain_images(page, site, vectors):
    site.files["/photo.tng"] = vectors["photograph"].path.read_bytes()
    site.files["/tng-service-worker.js"] = b'import "/tng/tng-service-worker.js";'
    open_page(page, site, '<img id=photo src="/photo.tng">',
              'import { showImages } from "/tng/tng.js"; showImages();' + PIXELS
              + "globalThis.pixels = pixels;")
    page.wait_for_function("() => photo.naturalWidth === 768")
    expected = vectors["photograph"].rgba
    assert numpy.array_equal(as_pixels(page.evaluate("pixels(photo)"), expected), expected)
    page.reload()
    page.wait_for_function("() => photo.naturalWidth === 768")
