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
    if (await isTNG(blob)) return await openTNG(blob, name);
    const picture = await readPicture(blob, name, await readLimits());
    if (current !== last) return;
    opened.close();
    document.body.classList.add("chosen");
    find("#scaled").hidden = !picture.isScaled;
    find("#scaled").textContent =
      `The picture is compared at ${picture.width} × ${picture.height} pixels, to be quick.`;
    await comparison.open(picture);
  } catch (error) {
    if (current === last) fail(error, () => take(blob, name));
  }
}

async function openTNG(blob, name) {
  await opened.open(blob, name);
  comparison.close();
  document.body.classList.add("chosen");
  say(`${name} is shown.`);
}

listen(
  { input: find("#file"), drop: find("#drop"), samples: find("#samples") }, take,
  (sentence) => refuse(sentence));
