"use strict";
// Keeps what somebody has typed: a browser's own "Save" often keeps the page as it was sent.
(() => {
  const tools = document.getElementById("tools");
  if (tools === null) return;
  for (const field of document.querySelectorAll("[contenteditable]")) {
    if (field instanceof HTMLElement && !field.isContentEditable) field.contentEditable = "true"; // an older browser
  }
  let isSaved = true;
  document.addEventListener("input", () => { isSaved = false; });
  window.addEventListener("beforeunload", (event) => { if (!isSaved) event.preventDefault(); });
  document.getElementById("print")?.addEventListener("click", () => window.print());
  document.getElementById("save")?.addEventListener("click", () => {
    tools.hidden = true; // in the file; its own script shows them again
    // eslint-disable-next-line no-restricted-properties -- it is read, not written
    const page = `<!doctype html>\n${document.documentElement.outerHTML}`;
    tools.hidden = false;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([page], { type: "text/html" }));
    link.download = document.body.dataset.file ?? "report.html";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    isSaved = true;
  });
  tools.hidden = false;
})();
