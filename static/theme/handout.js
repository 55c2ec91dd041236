/*
Handing out: the field is the list. A scanner types a number and Enter, which is a new line, so that nothing is lost at
any speed; htmx asks after every pause what the list would do. Here is only the quiet tick, for who switched it on.
*/
(() => {
  "use strict";

  const field = document.getElementById("id_numbers");
  const place = document.getElementById("voorbeeld-plek");
  const box = document.getElementById("geluid");
  if (!field || !place || !box) return;
  const STORED = "kbl-tick";
  const PITCH = { success: 880, info: 520, attention: 330, refusal: 260 };
  let scanned = false;
  let audio = null;

  box.closest("label").hidden = !window.AudioContext;
  box.checked = localStorage.getItem(STORED) === "on";
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));

  function tick(tone) {
    audio ??= new AudioContext();
    const [note, loud] = [audio.createOscillator(), audio.createGain()];
    note.frequency.value = PITCH[tone] || PITCH.attention;
    loud.gain.setValueAtTime(0.06, audio.currentTime);
    loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.12);
    note.connect(loud).connect(audio.destination);
    note.start();
    note.stop(audio.currentTime + 0.12);
  }

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") scanned = true;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== place || !scanned) return;
    scanned = false;
    const latest = place.querySelector("[data-latest]");
    if (latest && box.checked) tick(latest.dataset.latest);
  });
})();
