/* A button that copies what a field holds. Without this script it stays hidden: one copies by hand. */
(() => {
  "use strict";
  const show = () => document.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });

  // The field is selected in any case: where the browser does not let us copy, one key is left to press.
  const copied = async (field) => {
    field.select();
    try { await navigator.clipboard.writeText(field.value); return true; } catch { return document.execCommand("copy"); }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const words = await copied(document.getElementById(button.dataset.copy)) ? button.dataset.copied : "Selected: copy it with your keyboard";
    button.textContent = words;
    document.getElementById("live").textContent = words;
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
