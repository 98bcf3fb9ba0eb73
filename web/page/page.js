// The page: takes a picture and has it compared, or a .tng file and shows it.

import { ComparisonSection } from "./comparison.js";
import { OpenedSection } from "./opened.js";
import { PictureError, isTNG, readPicture } from "./picture.js";
import { ServiceError, readLimits } from "./service.js";
import { listen } from "./sources.js";
import { TNGError } from "./tng/tng.js";

const find = (selector) => document.querySelector(selector);

function say(text) {
  find("#status").textContent = text;
}

/** Shows a sentence in place of what was awaited; `again` is called when someone tries again. */
function refuse(sentence, again) {
  say("");
  find("#error p").textContent = sentence;
  find("#again").hidden = !again;
  find("#again").onclick = () => {
    find("#error").hidden = true;
    again();
  };
  find("#error").hidden = false;
}

function fail(error, again) {
  const isKnown = [PictureError, ServiceError, TNGError].some((kind) => error instanceof kind);
  if (!isKnown) console.error(error);
  refuse(
    isKnown ? error.message : "Something went wrong in this page. Its console says what.",
    error.isPassing ? again : null);
}

const comparison = new ComparisonSection({
  say,
  fail: (error) => fail(error, () => comparison.run()),
});
const opened = new OpenedSection();

/** The last thing that was brought; what comes late of an earlier one is dropped. */
let last;

async function take(blob, name) {
  const current = (last = Symbol());
  find("#error").hidden = true;
  say("Reading the picture …");
  try {
    const show = await ((await isTNG(blob)) ? readTNG(blob, name) : readOther(blob, name));
    if (current !== last) return;
    document.body.classList.add("chosen");
    show();
  } catch (error) {
    if (current === last) fail(error, () => take(blob, name));
  }
}

async function readTNG(blob, name) {
  const show = await opened.read(blob, name);
  return () => {
    comparison.close();
    show();
    say(`${name} is shown.`);
  };
}

async function readOther(blob, name) {
  const picture = await readPicture(blob, name, await readLimits());
  return () => {
    opened.close();
    find("#scaled").hidden = !picture.isScaled;
    find("#scaled").textContent =
      `The picture is compared at ${picture.width} × ${picture.height} pixels, to be quick.`;
    comparison.open(picture);
  };
}

listen(
  { input: find("#file"), drop: find("#drop"), samples: find("#samples") }, take,
  (sentence) => refuse(sentence));
