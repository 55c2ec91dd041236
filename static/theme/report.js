// Shows a text of the report as it will stand, while somebody writes it. Without this script it shows after saving.
document.addEventListener("DOMContentLoaded", () => {
  for (const written of document.querySelectorAll("textarea[data-writes]")) {
    const shown = document.querySelector(`[data-preview="${written.dataset.writes}"]`);
    written.addEventListener("input", () => {
      const text = written.value.trim().replace(/\s+/g, " ");
      shown.hidden = !text;
      shown.querySelector("p").textContent = text;
    });
  }
});
