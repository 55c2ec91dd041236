// Shows the number of a slider beside it. Without this script the slider works as well, only without its number.
document.addEventListener("DOMContentLoaded", () => {
  for (const slider of document.querySelectorAll("input[type=range]")) {
    const shown = document.createElement("output");
    shown.htmlFor = slider.id;
    shown.className = "kbl-slider-number";
    const tell = () => { shown.value = `${slider.value} %`; };
    slider.after(shown);
    slider.addEventListener("input", tell);
    tell();
  }
});
