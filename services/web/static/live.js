/* Live: what changed since the page was opened, and how current it is. Rows never move under a reader. */
(() => {
  "use strict";
  const news = new Map();
  const OWN = 10000; // ms after a page came in which a change may be the act that led to it
  let source, told = 0, lost, came = Date.now();

  const ago = (s) => s < 100 ? `${Math.floor(s)} s` : s < 5400 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3600)} h`;
  const el = (id) => document.getElementById(id);

  const tick = () => {
    const fresh = el("fresh");
    if (!fresh || !fresh.dataset.currentTo) return;
    const seconds = Math.max(0, (Date.now() - Date.parse(fresh.dataset.currentTo)) / 1000);
    const late = "limit" in fresh.dataset && seconds > Number(fresh.dataset.limit);
    fresh.querySelector("strong").textContent = `${ago(seconds)} ago`;
    fresh.classList.toggle("tm-fresh--late", late);
    fresh.querySelector("use").setAttribute("href", late ? "#tm-late" : "#tm-current");
    for (const line of document.querySelectorAll("[data-stale]")) {
      line.hidden = !late;
      line.querySelector("strong").textContent = `${ago(seconds)} ago`;
    }
  };

  setInterval(tick, 1000);
  tick();

  const url = document.body.dataset.live;
  if (!url || !window.EventSource) return;

  const show = () => {
    const place = el("news");
    if (!place || !news.size) return;
    const all = [...news.values()];
    const total = all.reduce((sum, one) => sum + one.count, 0);
    const words = all.map((one) => `${one.count} ${one.count === 1 ? one.one : one.many}`).join(", ");
    const link = document.createElement("a");
    link.className = "nhsuk-link tm-news";
    link.href = place.dataset.reload;
    link.id = "show-news";
    link.setAttribute("hx-get", place.dataset.reload);
    link.textContent = `${words} since you opened this page: show ${total === 1 ? "it" : "them"}`;
    place.replaceChildren(link);
    window.htmx.process(link);
    if (Date.now() - told > 10000) { told = Date.now(); el("live").textContent = words; }
  };

  // Whether the page would look otherwise now: it is asked for again and its mark compared. One that
  // answers a form with what is wrong has none.
  const differs = async (unknown) => {
    if (!el("maincontent").dataset.mark) return unknown;
    const now = await fetch(el("news").dataset.reload, { headers: { "HX-Request": "true" } }).catch(() => null);
    const mark = now?.ok && now.headers.get("Tidemark-Mark");
    return mark ? mark !== el("maincontent").dataset.mark : unknown;
  };

  // What changed before anybody listened.
  const missed = async () => {
    if (await differs(false) && !news.size) { news.set("missed", { count: 1, one: "change", many: "changes" }); show(); }
  };

  // The counts beside the places follow what is announced, read from the page itself; not at each
  // change, for a page is asked of several services.
  const COUNTED = ["referrals", "flags", "messages", "concerns"];
  const SOON = 500, SELDOM = 15000;
  let counting, counted = 0;

  const count = async () => {
    counting = undefined;
    counted = Date.now();
    const now = await fetch(el("news").dataset.reload, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!now?.ok) return;
    const page = new DOMParser().parseFromString(await now.text(), "text/html");
    for (const link of document.querySelectorAll("#places a")) {
      const fresh = page.querySelector(`#places a[data-key="${CSS.escape(link.dataset.key)}"]`);
      if (fresh && fresh.textContent !== link.textContent) link.replaceChildren(...fresh.childNodes);
    }
  };

  // One's own act is told as well, a moment after the page that shows it already: that is no news.
  const changed = async (event) => {
    const one = JSON.parse(event.data);
    if (Date.now() - came < OWN && !await differs(true)) return;
    if (COUNTED.includes(one.news)) counting ??= setTimeout(count, Math.max(SOON, counted + SELDOM - Date.now()));
    news.delete("missed");
    one.count += news.get(one.news)?.count ?? 0;
    news.set(one.news, one);
    show();
  };

  const stopped = () => {
    const now = new Date().toTimeString().slice(0, 5);
    el("news").innerHTML = `Live updates stopped at ${now}. <a class="nhsuk-link" href="">Reload</a>`;
  };

  const open = () => {
    source = new EventSource(url);
    source.onopen = () => { clearTimeout(lost); lost = undefined; };
    source.onerror = () => { lost ??= setTimeout(stopped, 10000); };
    source.addEventListener("change", changed);
    source.addEventListener("ready", missed);
    source.addEventListener("fresh", (event) => {
      const fresh = el("fresh");
      if (!fresh) return;
      if (fresh.dataset.currentTo) { fresh.dataset.currentTo = JSON.parse(event.data).current_to; tick(); return; }
      if (!news.size) { news.set("back", { count: 1, one: "part that was away is back", many: "parts that were away are back" }); show(); }
    });
    source.addEventListener("signed-out", () => location.reload());
  };

  // A browser keeps six connections to a host: hidden tabs give theirs back.
  document.addEventListener("visibilitychange", () => {
    source.close();
    if (!document.hidden) open();
  });
  document.addEventListener("htmx:afterSwap", () => { news.clear(); came = Date.now(); });
  open();
})();
