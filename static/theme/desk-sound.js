/*
A quiet tone beside the words: up for yes, low for not yet. Off until somebody switches it on; the switch is kept in
this browser only. The answer itself always says it too.
*/
(() => {
  "use strict";

  const answer = document.querySelector("#antwoord, [data-sound-place]");
  const box = document.querySelector("[data-sound]");
  if (!answer || !box) return;
  const STORED = "kbl-sound";
  const LOUDNESS = 0.06;
  const TONES = { valid: [660], done: [660, 880], no: [220] }; // hertz, one after another
  const LENGTH = 0.14; // seconds
  let audio = null;

  function play(tones) {
    audio ??= new AudioContext();
    audio.resume();
    tones.forEach((hertz, place) => {
      const from = audio.currentTime + place * LENGTH;
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02); // without a click
      volume.gain.linearRampToValueAtTime(0, from + LENGTH);
      tone.connect(volume).connect(audio.destination);
      tone.start(from);
      tone.stop(from + LENGTH);
    });
  }

  box.checked = localStorage.getItem(STORED) === "on";
  box.addEventListener("change", () => {
    localStorage.setItem(STORED, box.checked ? "on" : "off");
    if (box.checked) play(TONES.done); // so that one hears what to expect
  });

  new MutationObserver(() => {
    if (!box.checked) return;
    const scanned = answer.querySelector("[data-latest]"); // handing out: what the last line of the list is
    if (scanned) play(scanned.dataset.latest === "success" ? TONES.valid : TONES.no);
    const said = answer.querySelector(".kbl-answer");
    if (scanned || !said) return;
    const done = answer.querySelector("[data-desk=done]");
    if (said.matches(".is-refusal, .is-attention")) play(TONES.no);
    else if (said.matches(".is-success")) play(done ? TONES.done : TONES.valid);
  }).observe(answer, { childList: true });
})();
