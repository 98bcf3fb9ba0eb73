"""The page to try TNG on: what people do with it, in Chromium, with a real service behind it."""

import io
import json
import subprocess
from urllib.request import Request, urlopen

import numpy
import pytest
from conftest import ROOT, TNG
from page_server import serve_page
from PIL import Image
from playwright.sync_api import expect

WAIT = 120_000
SCREENSHOTS = ROOT / ".build" / "screenshots"

PIXELS = """async (image) => {
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data);
}"""


@pytest.fixture(scope="module")
def address():
    with serve_page() as address:
        yield address


@pytest.fixture
def page(browser, address):
    """The page, which asks no one else and breaks no policy, whatever a test does."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT)
    expect.set_options(timeout=WAIT)
    failures = []
    page.on("pageerror", lambda error: failures.append(error.message))
    page.on("console", lambda message: failures.append(message.text)
            if "Content Security Policy" in message.text else None)
    page.on("request", lambda request: failures.append(request.url)
            if not request.url.startswith((address, "blob:")) else None)
    page.goto(address)
    yield page
    context.close()
    assert failures == []


@pytest.fixture(scope="module")
def photograph(tmp_path_factory):
    """A small part of a photograph, so that the comparison is quick."""
    path = tmp_path_factory.mktemp("page") / "parrot.png"
    with Image.open(ROOT / "Examples" / "kodim23.png") as picture:
        picture.crop((80, 130, 336, 306)).save(path)
    return path


@pytest.fixture(scope="module")
def comparison(address, photograph) -> bytes:
    """What the service says of it, for tests of how that is shown."""
    request = Request(f"{address}/v1/compare?files=true", photograph.read_bytes())
    with urlopen(request) as response:
        return response.read()


def encode(picture, quality: int) -> bytes:
    """The file of the command-line tool."""
    output = picture.with_name(f"{picture.stem}-{quality}.tng")
    subprocess.run([TNG, "encode", picture, output, "--quality", str(quality), "--force"], check=True)
    return output.read_bytes()


def decode(file: bytes, folder) -> numpy.ndarray:
    """The pixels of the command-line tool, as RGBA."""
    (folder / "file.tng").write_bytes(file)
    subprocess.run([TNG, "decode", folder / "file.tng", folder / "file.png", "--force"], check=True)
    with Image.open(folder / "file.png") as picture:
        return numpy.asarray(picture.convert("RGBA"))


def pixels(locator, like: numpy.ndarray) -> numpy.ndarray:
    return numpy.array(locator.evaluate(PIXELS), dtype=numpy.uint8).reshape(like.shape)


def open_file(page, *paths):
    page.locator("#file").set_input_files(list(paths))


def wait_for_comparison(page, text="At equal PSNR"):
    expect(page.get_by_role("status")).to_contain_text(text)
    expect(page.locator("#compare")).not_to_have_attribute("aria-busy", "true")


def refuse(page, route="**/v1/encode*", status=503, detail="The service is busy; try again shortly."):
    page.route(route, lambda route: route.fulfill(
        status=status, content_type="application/problem+json",
        body=json.dumps({"title": "", "status": status, "detail": detail})))


def answer(page, comparison: bytes):
    page.route("**/v1/compare*", lambda route: route.fulfill(
        content_type="application/json", body=comparison))


def divider(page):
    return page.get_by_role("slider", name="Divider between the pictures")


def test_a_photograph_is_compared_and_its_file_is_that_of_the_tool(page, photograph, tmp_path):
    open_file(page, photograph)
    wait_for_comparison(page)
    file = encode(photograph, 75)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the .tng").click()
    assert download.value.suggested_filename == "parrot.tng"
    assert download.value.path().read_bytes() == file
    expected = decode(file, tmp_path)
    card = page.locator(".card[data-format=tng]")
    assert numpy.array_equal(pixels(card.locator("img"), expected), expected)
    expect(card).to_contain_text(f"{len(file):,} bytes")
    expect(card).to_contain_text(f"{8 * len(file) / (256 * 176):.3f} bpp")
    for format in ["tng", "jpeg", "webp", "avif"]:
        facts = page.locator(f".card[data-format={format}] dt").all_inner_texts()
        assert facts[:7] == ["Size", "Rate", "PSNR", "MS-SSIM", "SSIMULACRA2", "Encode", "Decode"]
    original = page.locator(".card[data-format=original]")
    expect(original).to_contain_text(f"{photograph.stat().st_size:,} bytes")
    assert page.locator("#rows th").all_inner_texts() == ["TNG", "JPEG", "WebP", "AVIF"]
    for size in page.locator("#rows td:nth-child(2)").all_inner_texts()[1:]:
        assert int(size.removesuffix(" bytes").replace(",", "")) > 0


def test_what_is_there_is_shown_while_others_are_tried(page, photograph):
    held = []
    page.route("**/v1/compare*formats=avif*", lambda route: held.append(route))
    open_file(page, photograph)
    cards = {format: page.locator(f".card[data-format={format}]") for format in ["tng", "jpeg", "webp", "avif"]}
    for format in ["tng", "jpeg", "webp"]:
        expect(cards[format]).to_contain_text("dB")
    assert page.locator("#rows th").all_inner_texts() == ["TNG", "JPEG", "WebP"]
    expect(cards["avif"].locator("img")).to_be_hidden()
    expect(page.locator("#compare")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    wait_for_comparison(page)
    expect(cards["avif"]).to_contain_text("dB")


def test_the_slider_leads_from_size_to_quality(page, photograph):
    open_file(page, photograph)
    wait_for_comparison(page)
    slider = page.get_by_role("slider", name="From a small file to a fine picture")
    slider.press("End")
    wait_for_comparison(page, f"TNG takes {len(encode(photograph, 100)):,} bytes")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2)
    assert slider.input_value() == "0"
    wait_for_comparison(page, f"TNG takes {len(encode(photograph, 0)):,} bytes")
    expect(page.locator("#quality-value")).to_have_text("Quality 0")


def shown(stage) -> numpy.ndarray:
    """The stage on the screen, above what lies on the pictures."""
    with Image.open(io.BytesIO(stage.screenshot())) as picture:
        return numpy.asarray(picture.convert("RGB"))[: picture.height // 3].astype(int)


def test_the_divider_moves_by_keyboard_and_by_mouse(page, photograph):
    refuse(page, "**/v1/compare*")
    open_file(page, photograph)
    expect(page.get_by_role("alert")).to_contain_text("busy")
    page.get_by_label("Left").select_option("Original")
    handle, stage = divider(page), page.locator("#stage")
    handle.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", "48")
    expect(handle).to_have_attribute("aria-valuetext", "Original on 48 percent, TNG on 52 percent")
    pictures = {}
    for key, value in [("Home", "0"), ("End", "100")]:
        handle.press(key)
        expect(handle).to_have_attribute("aria-valuenow", value)
        pictures[value] = shown(stage)
    grip, box = handle.bounding_box(), stage.bounding_box()
    page.mouse.move(grip["x"] + grip["width"] / 2 - 1, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "25")
    split, width = shown(stage), pictures["0"].shape[1]
    left, right = slice(width // 20, width // 5), slice(width * 3 // 10, width * 9 // 10)
    assert numpy.array_equal(split[:, left], pictures["100"][:, left])
    assert numpy.array_equal(split[:, right], pictures["0"][:, right])
    assert not numpy.array_equal(pictures["0"], pictures["100"])


def places(page) -> list[tuple]:
    """What point of the picture is in the middle of each pane, and its scale."""
    return page.evaluate("""() => [...document.querySelectorAll("#compare .pane")].map((pane) => {
        const outer = pane.getBoundingClientRect();
        const inner = pane.querySelector("img").getBoundingClientRect();
        const scale = inner.width / 256;
        return [(outer.left + outer.width / 2 - inner.left) / scale,
                (outer.top + outer.height / 2 - inner.top) / scale, scale].map(Math.round);
    })""")


def test_all_pictures_zoom_and_move_in_step(page, photograph, comparison):
    answer(page, comparison)
    open_file(page, photograph)
    wait_for_comparison(page)
    before = places(page)
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    stage = page.locator("#stage")
    stage.press("ArrowRight")
    stage.press("ArrowDown")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 150, steps=4)
    page.mouse.up()
    after = places(page)
    assert len(after) == 6
    assert after[0][2] > 3 * before[0][2]
    assert after[0][0] > before[0][0] + 5 and after[0][1] > before[0][1] + 2
    assert all(place == after[0] for place in after)
    expect(divider(page)).to_have_attribute("aria-valuenow", "50")
    stage.press("0")
    assert places(page) == before


def test_a_file_is_opened_without_the_service(page, photograph, tmp_path):
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    path = tmp_path / "parrot.tng"
    path.write_bytes(encode(photograph, 70))
    open_file(page, path)
    expected = decode(path.read_bytes(), tmp_path)
    image = page.get_by_role("img", name="parrot.tng")
    expect(image).to_be_visible()
    assert numpy.array_equal(pixels(image, expected), expected)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as PNG").click()
    with Image.open(download.value.path()) as picture:
        assert numpy.array_equal(numpy.asarray(picture.convert("RGBA")), expected)
    assert posts == []


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("letter.txt", b"Dear reader", "“letter.txt” is not a picture that this browser can show"),
    ("cut.tng", None, "The file is cut"),
])
def test_what_is_no_picture_is_refused(page, photograph, tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(encode(photograph, 50)[:-50] if content is None else content)
    open_file(page, path)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(sentence)
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    assert alert.inner_text().strip().endswith(".")


def test_a_busy_service_can_be_asked_again(page, photograph, comparison):
    answer(page, comparison)
    refuse(page)
    open_file(page, photograph)
    expect(page.get_by_role("alert")).to_contain_text("The service is busy; try again shortly.")
    page.unroute("**/v1/encode*")
    page.get_by_role("button", name="Try again").click()
    wait_for_comparison(page)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_service_that_is_away_is_told(page, photograph):
    page.route("**/v1/*", lambda route: route.abort())
    open_file(page, photograph)
    expect(page.get_by_role("alert")).to_contain_text("The service cannot be reached.")


def test_a_large_picture_is_made_smaller(page, tmp_path):
    bodies = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer)
            if request.method == "POST" else None)
    refuse(page)
    Image.new("RGB", (3000, 2000), "olive").save(tmp_path / "large.jpg")
    open_file(page, tmp_path / "large.jpg")
    expect(page.locator("#scaled")).to_contain_text("1254 × 836 pixels")
    expect(page.get_by_role("alert")).to_be_visible()
    with Image.open(io.BytesIO(bodies[0])) as sent:
        assert (sent.format, sent.size) == ("PNG", (1254, 836))


@pytest.mark.parametrize("name", ["Photograph", "Drawing", "Chart and text", "Grain"])
def test_samples(page, name):
    refuse(page)
    page.get_by_role("button", name=name).click()
    expect(page.locator(".card[data-format=original]")).to_contain_text("768 × 512")
    expect(page.get_by_role("alert")).to_contain_text("busy")


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_pictures_are_dropped_and_pasted(page, event):
    refuse(page)
    page.evaluate("""async (name) => {
        const canvas = new OffscreenCanvas(30, 20);
        canvas.getContext("2d").fillRect(0, 0, 10, 10);
        const file = new File([await canvas.convertToBlob()], "small.png", { type: "image/png" });
        const data = new DataTransfer();
        data.items.add(file);
        document.body.dispatchEvent(name === "drop"
            ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    }""", event)
    expect(page.locator(".card[data-format=original]")).to_contain_text("30 × 20")


def test_landmarks_and_names(page, photograph):
    for role in ["banner", "main", "contentinfo"]:
        expect(page.get_by_role(role)).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the picture")).to_be_focused()
    refuse(page, "**/v1/compare*")
    open_file(page, photograph)
    expect(page.get_by_role("alert")).to_contain_text("busy")
    expect(page.get_by_role("img", name="TNG, on the right")).to_be_visible()
    expect(page.get_by_role("img", name="Original (JPEG to come), on the left")).to_be_visible()
    unnamed = page.evaluate("""() => [...document.querySelectorAll("button, select, input, a[href]")]
        .filter((element) => !element.hidden && !(element.innerText || element.ariaLabel
            || element.labels?.length)).map((element) => element.outerHTML)""")
    assert unnamed == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen(page, photograph, comparison, width, scheme):
    answer(page, comparison)
    page.set_viewport_size({"width": width, "height": 850})
    page.emulate_media(color_scheme=scheme)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"empty-{width}-{scheme}.png", full_page=True)
    open_file(page, photograph)
    wait_for_comparison(page)
    page.screenshot(path=SCREENSHOTS / f"page-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    luminance = page.evaluate("""() => getComputedStyle(document.documentElement).backgroundColor
        .match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0) / 3""")
    assert (luminance < 128) == (scheme == "dark")
