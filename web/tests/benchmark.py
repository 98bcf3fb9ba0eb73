"""Times the decoder in Chromium on a picture of 768×512 pixels at quality 50, and prints the table of Documentation/Web.md. Run it
where nothing else runs: make bench-web
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from conftest import ROOT, TNG, WEIGHTS
from playwright.sync_api import sync_playwright
from website import Site

RUN = """(job) => new Promise((resolve, reject) => {
  const worker = new Worker("/benchmark-worker.mjs", { type: "module" });
  worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
  worker.onerror = ({ message }) => reject(message);
  worker.postMessage(job);
})"""
RUNS = 3


def encoded_example() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "picture.tng"
        subprocess.run([TNG, "encode", ROOT / "Examples" / "kodim23.png", output], check=True)
        return output.read_bytes()


def row(page, build: str, threads: int, pictures: int) -> str:
    """The medians over some workers: of each the start, the first picture, and the median of the next ones."""
    job = {"build": build, "threads": threads, "pictures": pictures}
    runs = [page.evaluate(RUN, job) for _ in range(RUNS)]
    start = median(run["compile"][0] + run["model"][0] for run in runs)
    first, following = (median(median(run[name]) for run in runs) for name in ("first", "next"))
    return f"| `{build}` | {threads} | {start:.0f} | {first:.0f} | {following:.0f} |"


def main():
    site = Site(is_isolated=True)
    site.files = {
        "/index.html": b"<!doctype html>", "/picture.tng": encoded_example(),
        "/weights.tngw": WEIGHTS.read_bytes(),
        "/benchmark-worker.mjs": (Path(__file__).parent / "benchmark-worker.mjs").read_bytes()}
    print("| build | threads | compile it and unpack the model, ms | first picture, ms | next pictures, ms |")
    print("|---|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{site.url}/index.html")
        shared = [("tng-threads.wasm", threads, 10) for threads in (2, 4, 8) if threads <= os.cpu_count()]
        for job in [("tng-scalar.wasm", 1, 1), ("tng-simd128.wasm", 1, 10), *shared]:
            print(row(page, *job), flush=True)
    site.close()


main()
