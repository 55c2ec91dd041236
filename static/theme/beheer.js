/* A row that is added to a form of Beheer: its boxes for names ask for names of their own. */
(() => {
  "use strict";

  document.addEventListener("formset:added", ({ target }) => {
    for (const box of target.querySelectorAll("input[list]")) {
      const names = box.parentElement.querySelector("datalist");
      names.id = `${box.id}_namen`;
      box.setAttribute("list", names.id);
      box.setAttribute("hx-target", `#${names.id}`);
      box.setAttribute("hx-get", box.getAttribute("hx-get").replace(/veld=.*/, `veld=${box.name}`));
    }
    htmx.process(target);
  });
})();
