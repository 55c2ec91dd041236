/*
The small things a page needs a script for. No framework; everything is switched on by attributes.

  data-autofocus             gets the focus when the page, or the part htmx brings in, appears (its text selected)
  data-confirm="Vraag?"      on a form or submit button: asks first, in our own dialog; data-confirm-yes names the button
  data-select-all="name"     a checkbox that ticks all checkboxes of that name in the same form
  data-selected-count="name" shows how many of those are ticked
  data-print                 a button that prints the page
  data-allow-repeat          on a form whose button must stay usable, such as a download
  data-waiting="Even …"       on a form or link: the words while its answer takes longer than a moment
  data-shortcut="/"          a field that this key goes to, from anywhere but another field; a checkbox with
                             data-shortcut-switch turns such keys off and on, for those who speak to their computer
*/
(() => {
  "use strict";

  // Focus

  function takeFocus(part) {
    const wanted = part.querySelectorAll("[data-autofocus]");
    const target = part.matches?.("[data-autofocus]") ? part : wanted[0];
    if (!target) return;
    target.focus();
    if (target.select) target.select();
  }

  document.addEventListener("DOMContentLoaded", () => takeFocus(document.body));
  document.addEventListener("htmx:load", (event) => takeFocus(event.detail.elt));

  // What gets the focus never lies under a bar at the foot of the screen

  document.addEventListener("focusin", ({ target }) => {
    const bar = document.querySelector(".kbl-writing-save, .desk-bar");
    if (!bar || bar.contains(target) || !(target.compareDocumentPosition(bar) & Node.DOCUMENT_POSITION_FOLLOWING)) return;
    const hidden = target.getBoundingClientRect().bottom - bar.getBoundingClientRect().top;
    if (hidden > 0) scrollBy(0, hidden + 16);
  });

  // One key to a field

  const STORED = "kbl-shortcuts";
  const typing = (place) => place.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(place.tagName);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]") || localStorage.getItem(STORED) === "off") return;
    const fields = document.querySelectorAll(`[data-shortcut="${CSS.escape(event.key)}"]`);
    const target = [...fields].find((field) => field.offsetParent !== null);
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.select();
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-shortcut-switch]")) {
      box.checked = localStorage.getItem(STORED) !== "off";
      box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
    }
  });

  // Ask first

  function ask(words, yes) {
    const dialog = document.getElementById("kbl-confirm");
    const button = dialog.querySelector("[value=yes]");
    button.dataset.usual ??= button.textContent;
    button.textContent = yes || button.dataset.usual;
    dialog.querySelector("#kbl-confirm-words").textContent = words;
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  const asked = (form, submitter) => (submitter?.dataset.confirm ? submitter : form.dataset.confirm ? form : null);

  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      const source = asked(form, event.submitter);
      if (!source || form.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!(await ask(source.dataset.confirm, source.dataset.confirmYes))) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter);
      delete form.dataset.confirmed;
    },
    true,
  );

  // One press is one press. The button keeps its size and words, so nothing on the page moves.

  function hold(form) {
    for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
      button.dataset.held = "";
    }
  }

  function release(part) {
    for (const button of part.querySelectorAll("[data-held]")) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      delete button.dataset.held;
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || "allowRepeat" in form.dataset) return;
    // After this turn, or the name and value of the pressed button would not be sent.
    setTimeout(() => hold(form));
  });

  window.addEventListener("pageshow", () => release(document));
  document.addEventListener("htmx:beforeRequest", (event) => event.target.matches("form") && hold(event.target));
  document.addEventListener("htmx:afterRequest", (event) => event.target.matches("form") && release(event.target));

  // htmx sends Django's token with everything that changes something

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb === "get") return;
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });

  // When an answer does not come: say so, and leave what was typed where it is

  function say(words) {
    const note = document.getElementById("kbl-trouble").content.cloneNode(true);
    note.querySelector("p").textContent = words;
    document.getElementById("kbl-messages").replaceChildren(note);
  }

  document.addEventListener("htmx:beforeRequest", ({ target }) => target.list || document.getElementById("kbl-messages")?.replaceChildren());
  const NO_CONNECTION = "Er is geen verbinding. Uw invoer staat er nog. Probeer het zo opnieuw.";
  document.addEventListener("htmx:sendError", () => say(NO_CONNECTION));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 429) say("Dat waren veel pogingen. Wacht even en probeer het dan opnieuw.");
    else if (status === 403 || status === 401) say("U bent niet meer ingelogd, of dit mag niet. Laad de pagina opnieuw.");
    else say("Er ging iets mis bij ons. Uw invoer staat er nog. Probeer het zo opnieuw.");
  });

  // A page that cannot be reached: our own words (kbl/site/offline.py). A form is not even sent: what was typed stays.

  const worker = document.currentScript?.dataset.offline;
  if (worker) navigator.serviceWorker?.register(worker).catch(() => {});

  document.addEventListener(
    "submit",
    (event) => {
      if (navigator.onLine || event.target.method === "dialog") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say(NO_CONNECTION);
      document.getElementById("kbl-messages").scrollIntoView({ block: "nearest" });
    },
    true,
  );

  // Waiting longer than a moment is told in words, in a place of its own: nothing on the page moves

  const MOMENT = 200; // milliseconds
  const waits = new Map(); // who waits, and the timer that will say so

  function wait(source) {
    const words = source.dataset.waiting || "Even geduld…";
    waits.set(source, setTimeout(() => (document.getElementById("kbl-waiting").textContent = words), MOMENT));
  }

  function ready(source) {
    clearTimeout(waits.get(source));
    waits.delete(source);
    if (!waits.size) document.getElementById("kbl-waiting").textContent = "";
  }

  // What asks by itself, such as a progress page every second, has its own words.
  // The event's own element is another one when the answer took the asker off the page.
  document.addEventListener("htmx:beforeRequest", ({ detail: { requestConfig: { elt } } }) => elt.matches("form, a, button") && wait(elt));
  document.addEventListener("htmx:afterRequest", ({ detail }) => ready(detail.requestConfig.elt));
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.method !== "dialog" && !("allowRepeat" in event.target.dataset)) wait(event.target);
  });
  window.addEventListener("pageshow", () => [...waits.keys()].forEach(ready));

  // A hint that was put away takes its button along: whoever used the keys goes on at the page itself.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful && "hint" in detail.requestConfig.elt.dataset) document.getElementById("inhoud").focus({ preventScroll: true });
  });

  // Tick all

  const boxes = (form, name) => [...form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)];

  function count(form) {
    for (const place of form.querySelectorAll("[data-selected-count]")) {
      place.textContent = boxes(form, place.dataset.selectedCount).filter((box) => box.checked).length;
    }
    for (const all of form.querySelectorAll("[data-select-all]")) {
      const those = boxes(form, all.dataset.selectAll);
      const ticked = those.filter((box) => box.checked).length;
      all.checked = ticked > 0 && ticked === those.length;
      all.indeterminate = ticked > 0 && ticked < those.length;
    }
  }

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form) return;
    if (event.target.dataset.selectAll) {
      for (const box of boxes(form, event.target.dataset.selectAll)) box.checked = event.target.checked;
    }
    count(form);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
})();
