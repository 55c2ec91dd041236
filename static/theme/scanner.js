/*
A hand scanner is a keyboard without pauses. One that ends with Tab would leave the field: the next number would be typed
over a day, or nowhere. So a Tab right behind a scan ends the number, as Enter does; a Tab of a person goes on as always.

  textarea                   a new line, on which the next number comes
  field with an answer       kbl:scan-ended, for the page's own script
  data-scan-submits          a field for one number: its form is sent
*/
(() => {
  "use strict";

  const SCAN_GAP = 60; // milliseconds between two keys; people are slower, scanners faster
  const SHORTEST = 7; // keys: a serial
  let quick = 0; // keys that came together
  let lastAt = -Infinity;
  let place = null;

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      // By the time of the key itself: a busy computer handles keys late.
      const together = event.target === place && event.timeStamp - lastAt < SCAN_GAP;
      if (event.key === "Tab" && !event.shiftKey && together && quick >= SHORTEST) {
        quick = 0;
        return ended(event);
      }
      if (event.key.length !== 1) return; // Shift before a capital
      // The page may move a scan to its field while it is written: its keys still come together.
      quick = event.timeStamp - lastAt < SCAN_GAP ? quick + 1 : 1;
      lastAt = event.timeStamp;
      place = event.target.matches("input, textarea") ? event.target : document.activeElement;
    },
    true,
  );

  function ended(event) {
    const field = event.target;
    if (field.matches("textarea")) {
      // What came may be an address with something behind the number, or the keys of another keyboard: both are said.
      if (field.value.slice(0, field.selectionEnd).split("\n").pop().trim().length < SHORTEST) return;
      event.preventDefault();
      field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      return;
    }
    const answered = new CustomEvent("kbl:scan-ended", { bubbles: true, cancelable: true });
    const isOpen = field.dispatchEvent(answered);
    if (isOpen && !field.matches("[data-scan-submits]")) return;
    event.preventDefault();
    if (isOpen) field.form.requestSubmit();
  }
})();
