/* Single-key shortcuts: never in a field, and they can be switched off. */
(() => {
  "use strict";
  const KEPT = "tidemark-shortcuts";
  const on = () => localStorage.getItem(KEPT) !== "off";
  const rows = () => [...document.querySelectorAll("main tbody > tr, main .tm-list > li, main .tm-card")].filter((row) => row.checkVisibility() && row.querySelector("a, button, summary"));
  let place = -1;
  let going = false;

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    all.forEach((row) => row.classList.remove("tm-picked"));
    place = Math.max(0, Math.min(all.length - 1, place + step));
    all[place].classList.add("tm-picked");
    all[place].querySelector("a, button, summary").focus();
  };

  const go = (key) => {
    going = false;
    const link = document.querySelector(`#places a[data-key="${CSS.escape(key)}"]`);
    if (link) link.click();
  };

  const boxesIn = (form) => [...form.querySelectorAll("[data-number-keys]")];
  const unanswered = (part) => [...part.querySelectorAll("fieldset")].find((each) => each.querySelector("input[type=radio]") && !each.querySelector("input:checked"));

  // Where a number goes: the question in focus; from anywhere but a field, the first one that is open.
  const boxOf = (target) => {
    const box = target.closest("[data-number-keys]");
    if (box || target.matches("input, textarea, select, button, a, summary")) return box;
    const form = document.querySelector("[data-number-form]");
    return form && boxesIn(form).find(unanswered);
  };

  const told = (radio, boxes) => {
    const done = boxes.filter((box) => !unanswered(box)).length;
    document.getElementById("live").textContent = `${radio.labels[0].textContent} chosen, ${done} of ${boxes.length} answered`;
  };

  // A number is the answer itself; of described levels it counts them from the lowest, 1 to 5.
  const radioOf = (box, key) => {
    const radios = [...box.querySelectorAll("input[type=radio]")];
    if (box.dataset.numberKeys === "levels") return radios[Number(key) - 1];
    const value = key === "t" ? "10" : key;
    return Number(value) <= Number(box.dataset.numberKeys) && radios.find((radio) => radio.value === value);
  };

  const number = (event) => {
    if (!/^[0-9t]$/.test(event.key)) return false;
    const box = boxOf(event.target);
    if (!box) return false;
    const radio = radioOf(box, event.key);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const boxes = boxesIn(document);
    const next = boxes[boxes.indexOf(box) + 1];
    told(radio, boxes);
    (next ? next.querySelector("input[type=radio]") : box.closest("form").querySelector("button[type=submit]")).focus();
    return true;
  };

  // A mark on a line is typed; Enter goes on to the next one, after the last one to the button.
  const line = (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-line] input")) return false;
    const fields = [...document.querySelectorAll("[data-line] input")];
    const next = fields[fields.indexOf(event.target) + 1];
    (next || event.target.form.querySelector("button[type=submit]")).focus();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !on()) return;
    if (line(event)) { event.preventDefault(); return; }
    if (document.querySelector("dialog[open]")) return;
    if (!going && number(event)) { event.preventDefault(); return; }
    if (event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
    if (going) { go(event.key); return; }
    const acts = {
      "/": () => document.getElementById("search-field")?.focus(),
      "?": () => document.getElementById("shortcuts").showModal(),
      g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
      j: () => move(1),
      k: () => move(-1),
      r: () => document.querySelector("[data-act=rate]")?.click(),
    };
    if (acts[event.key]) { event.preventDefault(); acts[event.key](); }
  });

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("shortcuts-on");
    box.checked = on();
    box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
    const form = document.querySelector("[data-number-form]");
    const first = form && (unanswered(form)?.querySelector("input[type=radio]") || form.querySelector("[data-line] input"));
    if (first && document.activeElement === document.body) first.focus();
  });
})();
