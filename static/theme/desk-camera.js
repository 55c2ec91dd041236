/*
The camera of a telephone or laptop as a scanner. Nothing of it is loaded before somebody presses the button, and the
pictures never leave the browser. A code goes into the number field and is checked as if it were typed; a code that is
no voucher (every book has one) is told and the camera looks on. It stops after a hit, on Escape and when the page
hides.
*/
(() => {
  "use strict";

  const form = document.getElementById("balie");
  const dialog = document.getElementById("camera");
  const button = document.querySelector("[data-camera]");
  if (!form || !dialog || !button) return;
  const video = dialog.querySelector("video");
  const words = dialog.querySelector("[data-words]");
  const { reader, decoder } = dialog.dataset;
  const PAUSE = 120; // milliseconds between two looks: quick for people, calm for the battery

  const TROUBLE = {
    NotAllowedError: "De camera staat uit voor deze pagina. Zet hem aan bij het slotje naast het adres, of typ het nummer.",
    NotFoundError: "Dit apparaat heeft geen camera. Typ het nummer, of gebruik een handscanner.",
    NotReadableError: "Een ander programma gebruikt de camera. Sluit dat en probeer het opnieuw.",
    load: "De camera kan nu niet meelezen. Typ het nummer, of probeer het zo opnieuw.",
  };
  TROUBLE.SecurityError = TROUBLE.NotAllowedError;
  TROUBLE.OverconstrainedError = TROUBLE.NotFoundError;

  let turn = 0; // every start and stop is a new turn; what belongs to an older one stops by itself
  let stream = null;
  let loading = null;

  function say(key) {
    const sentence = TROUBLE[key] || key;
    if (words.textContent !== sentence) words.textContent = sentence;
    dialog.dataset.state = key in TROUBLE ? "trouble" : "looking";
  }

  /** The reader, fetched once from our own server; it would look elsewhere if it were not told where it lies. */
  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = reader;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    }).then(() => {
      const { BarcodeDetector, prepareZXingModule } = window.BarcodeDetectionAPI;
      const ready = prepareZXingModule({ overrides: { locateFile: () => decoder }, fireImmediately: true });
      return ready.then(() => new BarcodeDetector({ formats: ["qr_code", "code_128"] }));
    });
    loading.catch(() => (loading = null));
    return loading;
  }

  function stop() {
    turn += 1;
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    if (dialog.open) dialog.close();
  }

  async function start() {
    const mine = ++turn;
    dialog.showModal();
    say("De camera gaat aan…");
    if (!navigator.mediaDevices?.getUserMedia) return say("NotFoundError");
    let opened;
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
      opened = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (error) {
      if (mine === turn) say(error.name in TROUBLE ? error.name : "NotReadableError");
      return;
    }
    if (mine !== turn) return opened.getTracks().forEach((track) => track.stop()); // closed while the camera woke up
    stream = opened;
    video.srcObject = stream;
    try {
      const [detector] = await Promise.all([load(), video.play()]);
      if (mine !== turn) return;
      say("Houd de code van de voucher in beeld.");
      look(detector, mine);
    } catch {
      if (mine !== turn) return;
      stream.getTracks().forEach((track) => track.stop());
      say("load");
    }
  }

  async function look(detector, mine) {
    while (mine === turn) {
      let codes = [];
      try {
        if (video.readyState >= video.HAVE_CURRENT_DATA) codes = await detector.detect(video);
      } catch {
        // One picture that cannot be read is no reason to stop.
      }
      if (mine !== turn) return;
      for (const code of codes) {
        const found = new CustomEvent("kbl:scanned", { detail: code.rawValue, cancelable: true });
        if (!document.dispatchEvent(found)) continue; // the desk knows no such number
        stop();
        navigator.vibrate?.(60);
        form.requestSubmit();
        return;
      }
      if (codes.length) say("Deze code is niet van een voucher. Houd de voucher in beeld.");
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  button.addEventListener("click", start);
  dialog.addEventListener("close", stop);
  dialog.querySelector("[data-stop]").addEventListener("click", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  window.addEventListener("pagehide", stop);
})();
