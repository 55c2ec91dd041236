/*
The survey's page. A card's code behind # goes along in the body of the answers, and with the choice of a language.

*/
(() => {
  "use strict";

  const card = document.querySelector("#enquete [name=card]");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!/^[\w-]{8,40}$/.test(code)) return;
  if (card) card.value = code;
  for (const link of document.querySelectorAll("[data-language]")) link.hash = code;
})();
