/*
The voucher's public page. The number behind # never leaves the browser in an address: its check digit is looked at
here, and then it is asked for in the body of a POST, without a cookie.
*/
(() => {
  "use strict";

  const form = document.getElementById("nummer");
  const answer = document.getElementById("bon");
  if (!form || !answer) return;
  const asking = document.getElementById("vragen");
  const field = form.querySelector("[name=number]");

  /** What is wrong with a number: a sentence, or nothing (static/theme/number.js). */
  const wrong = (typed) => window.kblNumber.wrong(typed, form.dataset);

  function say(template, words) {
    const panel = document.getElementById(template).content.cloneNode(true);
    if (words) panel.querySelector("[data-words]").textContent = words;
    answer.replaceChildren(panel);
    asking.hidden = false;
  }

  function busy() {
    const line = document.createElement("p");
    line.className = "lead";
    line.textContent = form.dataset.busy;
    answer.replaceChildren(line);
  }

  let turn = 0; // the last question counts, whatever order the answers come in
  let waiting = 0;

  async function ask(typed) {
    const mine = ++turn;
    const sentence = wrong(typed);
    field.toggleAttribute("aria-invalid", Boolean(sentence));
    if (sentence) return say("fout", sentence);
    clearTimeout(waiting);
    waiting = setTimeout(busy, 200);
    let html = "";
    let status = 0;
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams({ number: typed }),
        headers: { "X-Part": "answer" },
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      status = response.status;
      if (status < 500) html = await response.text();
    } catch {
      // no connection: said below
    }
    if (mine !== turn) return;
    clearTimeout(waiting);
    if (!html) {
      say("geen-verbinding");
      answer.querySelector("[data-bon-again]").addEventListener("click", () => ask(typed));
      return;
    }
    answer.innerHTML = html; // our own answer, from our own server
    settle();
    answer.focus({ preventScroll: status !== 200 });
  }

  /** A voucher takes the form's place; anything else leaves it there. */
  function settle() {
    const card = answer.querySelector("[data-bon]");
    asking.hidden = Boolean(card);
    if (!card) return;
    const print = card.querySelector("[data-bon-print]");
    print.hidden = false;
    print.addEventListener("click", () => window.print());
    card.querySelector("[data-bon-another]").addEventListener("click", (event) => {
      event.preventDefault();
      turn += 1; // an answer that is still on its way is not for the next one
      clearTimeout(waiting);
      history.replaceState(null, "", location.pathname + location.search);
      inOtherLanguages();
      answer.replaceChildren();
      asking.hidden = false;
      field.value = "";
      field.focus();
    });
  }

  const languages = [...document.querySelectorAll("[data-language]")];

  /** What stands behind #, when it is a number. */
  const scanned = () => (/\d/.test(location.hash) ? location.hash : "");

  /** Who takes another language keeps the voucher: behind # if it came so, else in the body of a POST. */
  function inOtherLanguages() {
    for (const link of languages) link.hash = scanned();
  }

  for (const link of languages) {
    link.addEventListener("click", (event) => {
      if (scanned() || !answer.querySelector("[data-bon]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      form.action = link.href;
      form.submit();
    });
  }

  const search = document.getElementById("zoeken");
  const libraries = document.getElementById("bibliotheken");

  /** The libraries of a municipality, without leaving the voucher; the municipality says nothing about it. */
  async function look() {
    const address = new URL(form.action);
    address.searchParams.set("gemeente", search.elements.gemeente.value);
    try {
      const response = await fetch(address, { headers: { "X-Part": "libraries" }, credentials: "omit", referrerPolicy: "no-referrer" });
      if (!response.ok) throw new Error(response.status);
      libraries.innerHTML = await response.text(); // our own answer, from our own server
    } catch {
      libraries.replaceChildren(document.getElementById("geen-verbinding").content.cloneNode(true));
      libraries.querySelector("[data-bon-again]").addEventListener("click", look);
      return;
    }
    form.action = address;
    for (const link of languages) link.search = new URLSearchParams({ taal: link.lang, gemeente: search.elements.gemeente.value });
  }

  search.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });

  /** A scanned code: what stands behind # goes into the field too, so that it can be looked at and mended. */
  function fromHash() {
    inOtherLanguages();
    if (!scanned()) return;
    field.value = location.hash.slice(1).replace(/%[0-9a-f]{2}/gi, " ").replace(/[^0-9\- ]/g, "").slice(0, 30);
    ask(field.value);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(field.value);
  });
  field.addEventListener("input", () => field.removeAttribute("aria-invalid"));
  window.addEventListener("hashchange", fromHash);
  settle();
  fromHash();
})();
