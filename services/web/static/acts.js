/* Acts in place: focus and announcement after a part was replaced, and one click at a time. */
(() => {
  "use strict";
  const say = (words) => { document.getElementById("live").textContent = words; };
  let following = [];

  const focus = (element) => {
    if (!element) return false;
    if (!element.hasAttribute("tabindex") && !element.matches("a, button, input, select, textarea")) element.tabIndex = -1;
    element.focus();
    return true;
  };

  // A part that looks again by itself is left alone while somebody is in it or has typed into it.
  const inUse = (part) => part.contains(document.activeElement) || [...part.querySelectorAll("input[type=text], textarea")].some((field) => field.value);

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target } = event.detail;
    if (elt === target && elt.id !== "maincontent" && inUse(elt)) { event.preventDefault(); return; }
    const main = document.getElementById("maincontent");
    if (event.detail.target !== main) return;
    main.setAttribute("aria-busy", "true");
    const forms = [...main.querySelectorAll("form[id]")];
    following = forms.slice(forms.indexOf(event.detail.elt) + 1).map((form) => form.id);
    setTimeout(() => { if (main.isConnected && main.getAttribute("aria-busy")) say("Working…"); }, 300);
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "maincontent") return;
    const banner = document.querySelector("#banner .nhsuk-notification-banner__heading");
    if (banner) say(banner.textContent);
    if (focus(document.getElementById("error-summary"))) return;
    const next = following.map((id) => document.getElementById(id)).find(Boolean);
    following = [];
    if (next && focus(next.querySelector("button, summary"))) return;
    focus(document.getElementById("banner")) || focus(document.querySelector("main h1"));
  });

  document.addEventListener("htmx:sendError", () => say("Not sent: the connection is away. Nothing was lost, try again."));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 1000) { event.preventDefault(); event.stopImmediatePropagation(); }
    form.dataset.sent = String(Date.now());
  }, true);

  document.addEventListener("DOMContentLoaded", () => {
    focus(document.getElementById("error-summary")) || focus(document.getElementById("banner"));
  });
})();
