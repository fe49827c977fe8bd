/* Time-out: 28 minutes without a hand on keys or mouse, then two to say that one is still there. */
(() => {
  "use strict";
  const dialog = document.getElementById("idle");
  if (!dialog) return;
  const LIMIT = 30 * 60, WARNING = 2 * 60, TELL = 5 * 60;
  const tabs = new BroadcastChannel("tidemark-seen");
  let seen = Date.now(), told = Date.now(), said = 0;

  const stay = () => {
    told = Date.now();
    fetch("/sign-in/stay", { method: "POST" });
  };

  const active = (event) => {
    if (dialog.open && event?.type !== "close") return;
    seen = Date.now();
    tabs.postMessage(seen);
    if (seen - told > TELL * 1000) stay();
  };

  const leave = () => {
    const back = encodeURIComponent(location.pathname + location.search);
    fetch("/sign-out", { method: "POST", redirect: "manual" }).finally(() => location.assign(`/sign-in?next=${back}`));
    seen = Infinity;
  };

  const look = () => {
    const left = LIMIT - (Date.now() - seen) / 1000;
    if (left <= 0) { leave(); return; }
    if (left > WARNING) { if (dialog.open) dialog.close(); return; }
    if (!dialog.open) { said = 0; dialog.showModal(); }
    for (const mark of [120, 60, 30]) {
      if (left <= mark && (said === 0 || said > mark)) {
        said = mark;
        document.getElementById("idle-left").textContent = mark === 120 ? "2 minutes" : mark === 60 ? "1 minute" : "30 seconds";
      }
    }
  };

  tabs.addEventListener("message", (event) => { seen = Math.max(seen, event.data); });
  dialog.addEventListener("close", active);
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, active, { passive: true });
  setInterval(look, 1000);
})();
