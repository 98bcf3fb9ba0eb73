// Where pictures come from: a file that is picked, dropped or pasted, or a sample.

/**
 * Calls `take(blob, name)` for each picture that someone brings, and `refuse(sentence)` where what
 * they bring is none.
 */
export function listen({ input, drop, samples }, take, refuse) {
  input.addEventListener("change", () => {
    const [file] = input.files;
    // The same file can be picked again.
    if (file) Promise.resolve(take(file, file.name)).finally(() => (input.value = ""));
  });
  listenToDrops(drop, take, refuse);
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (file) take(file, file.name || "pasted picture");
    else refuse("What was pasted is not a picture.");
  });
  for (const button of samples.querySelectorAll("button")) {
    button.addEventListener("click", async () => {
      const { sample, name } = button.dataset;
      const response = await fetch(sample).catch(() => null);
      if (response?.ok) take(await response.blob(), name);
      else refuse("The sample could not be loaded.");
    });
  }
}

/** A picture may be dropped anywhere on the page. */
function listenToDrops(drop, take, refuse) {
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const [file] = event.dataTransfer.files;
    if (file) take(file, file.name);
    else refuse("What was dropped is not a file.");
  });
}
