/* Acts in place: focus and announcement after a part was replaced, and one click at a time. */
(() => {
  "use strict";
  const say = (words) => { document.getElementById("live").textContent = words; };
  const DOUBLED = 700; // ms in which a second press is still meant for the row that was acted on
  let following = [];
  let moved = { form: undefined, at: 0 };
  let working;

  const focus = (element, options) => {
    if (!element) return false;
    if (!element.hasAttribute("tabindex") && !element.matches("a, button, input, select, textarea")) element.tabIndex = -1;
    element.focus(options);
    return true;
  };

  // What a page was asked for and found: its heading has the focus, as an error would, and is said.
  const result = () => {
    const heading = document.querySelector("main [data-result]");
    if (heading) say(heading.textContent);
    return focus(heading);
  };

  // A part that looks again by itself is left alone while somebody is in it or has typed into it.
  const inUse = (part) => part.contains(document.activeElement) || [...part.querySelectorAll("input[type=text], textarea")].some((field) => field.value);

  // The forms of the rows behind this one, in the same list: where one goes on after an act.
  const behind = (form) => {
    const list = form.closest("ul, ol, tbody");
    const forms = list ? [...list.querySelectorAll("form[id]")] : [];
    return forms.includes(form) ? forms.slice(forms.indexOf(form) + 1).map((each) => each.id) : [];
  };

  // Whoever worked in the folded rest of a list goes on there.
  const unfold = (element) => {
    for (let fold = element?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  };

  // What was typed and not sent yet stays when somebody asks to see what changed meanwhile; on a page
  // that answers a form with what is wrong (it has no mark) all of it was.
  const FIELDS = "input[type=text][id], textarea[id]";
  let typed = [];
  const keep = (main) => { typed = [...main.querySelectorAll(FIELDS)].filter((field) => field.value !== (main.dataset.mark ? field.defaultValue : "")).map((field) => [field.id, field.value]); };
  const restore = () => {
    for (const [id, value] of typed) {
      const field = document.getElementById(id);
      if (!field) continue;
      field.value = value;
      unfold(field);
    }
    typed = [];
  };

  const settled = (main) => {
    clearTimeout(working);
    main.removeAttribute("aria-busy");
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target } = event.detail;
    if (elt === target && elt.id !== "maincontent" && inUse(elt)) { event.preventDefault(); return; }
    const main = document.getElementById("maincontent");
    if (target !== main) return;
    document.getElementById("not-sent")?.remove();
    main.setAttribute("aria-busy", "true");
    if (elt.id === "show-news") keep(main);
    following = behind(elt);
    clearTimeout(working);
    working = setTimeout(() => say("Working…"), 300);
  });

  // A page that looks again by itself takes nobody's focus: who was on a link or a named part there
  // stays on it, and where that is gone, as a banner is, on the page's heading. At once, not when the
  // page has settled: a key that is pressed in between is for that link too. A new state is said.
  const ownLook = (element) => Boolean(element?.matches("[hx-trigger^=every]"));
  const state = () => document.querySelector("main [data-state]")?.textContent;
  let held, stood;
  document.addEventListener("htmx:beforeSwap", () => {
    const on = document.activeElement;
    held = on?.closest("main") && { id: on.id, href: on.closest("a[href]")?.getAttribute("href") };
    stood = state();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "maincontent" || !ownLook(event.detail.requestConfig?.elt)) return;
    if (state() !== stood) say(state());
    if (!held) return;
    const link = held.href && document.querySelector(`main a[href="${CSS.escape(held.href)}"]`);
    focus((held.id && document.getElementById(held.id)) || link || document.querySelector("main h1"), { preventScroll: true });
  });

  // It comes once for each part that was replaced; the page's own is the one that counts.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "maincontent") return;
    settled(event.target);
    restore();
    if (ownLook(event.detail.requestConfig?.elt)) return;
    fades();
    const banner = document.querySelector("#banner .nhsuk-notification-banner__heading");
    if (banner) say(banner.textContent);
    if (focus(document.getElementById("error-summary"))) return;
    const next = following.map((id) => document.getElementById(id)).find(Boolean);
    following = [];
    moved = { form: next, at: Date.now() };
    unfold(next);
    if (next && focus(next.querySelector("select, button[type=submit]"))) return;
    focus(document.getElementById("banner")) || result() || focus(document.querySelector("main h1"));
  });

  const box = () => {
    const made = document.createElement("div");
    made.id = "not-sent";
    made.className = "nhsuk-error-summary";
    made.tabIndex = -1;
    made.setAttribute("role", "alert");
    const heading = document.createElement("h2");
    heading.className = "nhsuk-error-summary__title";
    heading.textContent = "Not sent";
    const words = document.createElement("p");
    words.textContent = "The connection is away, so nobody knows yet whether it was saved. What you typed still stands here. Try again: it happens once, however often it is sent.";
    made.append(heading, words);
    return made;
  };

  const notSent = (event) => {
    const { elt, target } = event.detail;
    const main = document.getElementById("maincontent");
    if (target !== main) return;
    settled(main);
    const made = box();
    (elt.closest("main li, main section") || main.querySelector(".tm-main")).prepend(made);
    focus(made);
  };

  for (const failure of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(failure, notSent);

  // Pressed twice, it acts once: also where the focus went on to the next row between the presses.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const again = form.dataset.sent && Date.now() - Number(form.dataset.sent) < 1000;
    if (again || (form === moved.form && Date.now() - moved.at < DOUBLED)) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = String(Date.now());
  }, true);

  // A key that is held down goes on pressing: whatever has the focus by then was not meant.
  document.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter" && event.target.matches("button, a, summary")) event.preventDefault();
  });

  // What can no longer be taken back is no longer offered; without this script the server says so.
  const fades = () => {
    const form = document.querySelector("#banner form[data-undo]");
    if (!form) return;
    setTimeout(() => {
      const inside = form.contains(document.activeElement);
      form.remove();
      if (inside) focus(document.getElementById("banner"));
    }, Number(form.dataset.undo) * 1000);
  };

  document.addEventListener("DOMContentLoaded", () => {
    fades();
    focus(document.getElementById("error-summary")) || focus(document.getElementById("banner")) || result();
  });
})();
