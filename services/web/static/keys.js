/* Single-key shortcuts: never in a field, and they can be switched off. */
(() => {
  "use strict";
  const KEPT = "tidemark-shortcuts";
  const on = () => localStorage.getItem(KEPT) !== "off";
  const rows = () => [...document.querySelectorAll("main tbody > tr, main .tm-list > li")].filter((row) => row.querySelector("a, button, summary"));
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

  const number = (event) => {
    const box = event.target.closest("[data-number-keys]");
    const last = box && box.dataset.numberKeys;
    if (!box || !/^[0-9t]$/.test(event.key)) return false;
    const value = event.key === "t" ? "10" : event.key;
    const radio = Number(value) <= Number(last) && box.querySelector(`input[type=radio][value="${value}"]`);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const boxes = [...document.querySelectorAll("[data-number-keys]")];
    const next = boxes[boxes.indexOf(box) + 1];
    (next ? next.querySelector("input[type=radio]") : document.querySelector("main form button[type=submit]")).focus();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !on()) return;
    if (number(event)) { event.preventDefault(); return; }
    if (event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]")) return;
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
  });
})();
