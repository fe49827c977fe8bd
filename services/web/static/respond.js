// The respondent's pages work without this file. It raises the crisis text at once, and says offline.
(() => {
  const raise = (field) => {
    const from = Number(field.dataset.safetyFrom);
    const chosen = field.matches("input") ? field : field.querySelector("input:checked");
    const help = document.querySelector("[data-help]");
    const top = document.querySelector("[data-raised]");
    if (!top || !help || !chosen || chosen.value === "" || Number(chosen.value) < from) return;
    top.hidden = false;
    top.append(...help.childNodes); // an alert that is filled is read out
    help.remove();
  };
  document.querySelectorAll("[data-safety-from]").forEach((field) => {
    field.addEventListener("change", () => raise(field));
  });
  document.querySelectorAll("form").forEach((form) => {
    form.addEventListener("submit", (event) => {
      const status = form.querySelector("[data-offline]");
      if (navigator.onLine || !status) return;
      event.preventDefault();
      status.textContent = status.dataset.offline;
      status.scrollIntoView({ block: "nearest" });
    });
  });
  document.querySelector("[data-focus]")?.focus();
})();
