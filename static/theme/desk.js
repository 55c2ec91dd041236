/*
The desk: typing errors are caught here before anything is sent, and the keyboard does the rest.

  number + Enter   the check digit is looked at; what is wrong is said under the field, in the server's own words
  1 2 3            choose nieuw lid, bestaand lid, al gratis; then Enter
  a scan           goes into the number field wherever the focus is, so that it never answers for the visitor before
*/
(() => {
  "use strict";

  const form = document.getElementById("balie");
  const answer = document.getElementById("antwoord");
  if (!form || !answer) return;
  const field = form.querySelector("[name=number]");
  const SCAN_GAP = 60; // milliseconds between two keys; people are slower, scanners faster

  /** What is wrong with a number: a sentence, or nothing (static/theme/number.js). */
  const wrong = (typed) => window.kblNumber.wrong(typed, form.dataset);

  function refuse(words) {
    const panel = document.getElementById("balie-fout").content.cloneNode(true);
    panel.querySelector("[data-words]").textContent = words;
    answer.replaceChildren(panel);
    again();
  }

  function again() {
    field.setAttribute("aria-invalid", "true");
    field.focus();
    field.select();
  }

  // Before htmx and before the browser: the capture phase is first.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target !== form) return;
      const words = wrong(field.value);
      if (!words) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      refuse(words);
    },
    true,
  );

  // Another number in the field: what was said about the one before no longer holds.
  field.addEventListener("input", () => {
    field.removeAttribute("aria-invalid");
    answer.replaceChildren();
  });

  // A scanner that ends with Tab asks as one that ends with Enter (static/theme/scanner.js)
  field.addEventListener("kbl:scan-ended", (event) => {
    event.preventDefault();
    form.requestSubmit();
  });

  // The camera read a code: into the field when it is a number, else it looks on.
  document.addEventListener("kbl:scanned", (event) => {
    if (wrong(event.detail)) return event.preventDefault();
    field.value = event.detail;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Today's vouchers are counted on: the server counts them for a whole page only, because a queue is waiting

  const today = document.getElementById("vandaag");
  let counted = "";

  function count(made) {
    if (!today || made === counted) return; // the same press, answered twice
    counted = made;
    const soFar = Number(today.dataset.count) + 1;
    today.dataset.count = soFar;
    const words = soFar === 1 ? today.dataset.one : today.dataset.many;
    today.textContent = words.replace("{}", soFar.toLocaleString("nl-NL"));
  }

  // After an answer the focus is where the next thing happens

  function settle() {
    const part = answer.querySelector("[data-desk]");
    if (!part) return;
    field.removeAttribute("aria-invalid");
    if (part.dataset.desk === "again") again();
    if (part.dataset.desk === "done") {
      count(part.dataset.made);
      field.value = "";
      field.focus();
    }
    if (part.dataset.desk === "valid" && !part.querySelector("[data-autofocus]")) {
      (part.querySelector("[type=radio]:checked") || part.querySelector("[type=radio]")).focus();
    }
  }

  document.addEventListener("htmx:afterSettle", (event) => event.detail.target === answer && settle());
  // A pause after many unknown numbers (429) is an answer too.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 429) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
  document.addEventListener("DOMContentLoaded", () => {
    counted = answer.querySelector("[data-made]")?.dataset.made || ""; // a whole page's count has it
    settle();
  });

  // Keys: a choice, or the beginning of a scan

  let held = ""; // a 1, 2 or 3 that may still turn out to begin a scan
  let heldAt = 0;

  function choose() {
    const chosen = answer.querySelectorAll("[data-desk-choice] [type=radio]")[held - 1];
    if (!chosen) return;
    chosen.checked = true;
    chosen.focus();
  }

  /** These characters begin a number; the rest of the scan lands in the field by itself. */
  function begin(characters) {
    held = "";
    field.value = characters;
    field.focus();
    field.setSelectionRange(characters.length, characters.length);
    field.dispatchEvent(new Event("input", { bubbles: true })); // takes the open choice away, whatever was ticked
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=radio]), select, textarea, dialog *")) return;
    if (!/^[0-9A-Za-z\]]$/.test(event.key)) {
      choose();
      held = "";
      return;
    }
    // By the time of the key itself: a busy computer handles keys late, but a scanner still sent them together.
    const scanned = held && event.timeStamp - heldAt < SCAN_GAP;
    if (!scanned && event.target.closest("[data-desk-choice]") && "123".includes(event.key)) {
      held = event.key;
      heldAt = event.timeStamp;
      setTimeout(choose, SCAN_GAP);
      return;
    }
    event.preventDefault();
    begin((scanned ? held : "") + event.key);
  });
})();
