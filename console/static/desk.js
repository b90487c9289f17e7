// The desk: the queue refreshes itself where something changed, a case opens beside it, keys move through it.
// Everything here is also done without script, by links and forms.
(() => {
  const POLL = 10_000; // where no news come; with them once a minute
  const GATHER = 150; // news that follow each other closely are one refresh
  const AIMING = 2_000; // a list under a moving pointer stays as it is so long
  const NEW_FOR = 60_000;
  const at = (id) => document.getElementById(id);
  const queue = at("queue");
  if (!queue) return;
  const drawer = at("drawer");
  const stale = document.querySelector(".stale-note");
  const rows = () => [...queue.querySelectorAll("tbody tr")];
  const boxes = () => [...queue.querySelectorAll('input[name="n"]')];

  // Refreshing
  let live = false;
  let planned = 0;
  let pointed = -Infinity;
  const inSelection = () => {
    const chosen = document.getSelection();
    return chosen && !chosen.isCollapsed && queue.contains(chosen.anchorNode);
  };
  const refresh = () => {
    planned = 0;
    if (performance.now() - pointed < AIMING || inSelection()) return plan(300);
    htmx.trigger(queue, "refresh");
    plan(live ? 6 * POLL : POLL);
  };
  const plan = (wait) => {
    const moment = performance.now() + wait;
    if (planned && planned.moment <= moment) return;
    if (planned) clearTimeout(planned.id);
    planned = { id: setTimeout(refresh, wait), moment };
  };
  for (const move of ["pointermove", "pointerdown"]) {
    queue.addEventListener(move, () => { pointed = performance.now(); });
  }
  queue.addEventListener("pointerleave", () => { pointed = -Infinity; });
  document.addEventListener("hotline:changed", (news) => {
    plan(GATHER);
    const open = shown();
    if (open && [open, null].includes(news.detail?.case)) beside(open, "innerMorph");
  });
  document.addEventListener("hotline:fresh", () => { live = true; });
  document.addEventListener("hotline:stale", () => {
    live = false;
    plan(POLL);
  });
  plan(POLL);

  // What was there, what is new, what is picked: kept over a refresh
  let known = new Set(rows().map((row) => row.id));
  const fresh = new Map();
  const picked = new Set();
  const mark = () => {
    const open = shown();
    for (const row of rows()) {
      row.classList.toggle("row-new", performance.now() - (fresh.get(row.id) ?? -Infinity) < NEW_FOR);
      row.classList.toggle("row-open", row.dataset.number === open);
    }
    for (const box of boxes()) box.checked = picked.has(box.value);
    count();
  };
  const took = () => {
    const here = new Set(rows().map((row) => row.id));
    const came = [...here].filter((id) => !known.has(id));
    for (const id of came) fresh.set(id, performance.now());
    known = here;
    mark();
    const news = at("news");
    if (came.length) news.textContent = news.dataset.one.replace("{n}", came.length);
  };

  // Several at once
  const several = at("several");
  const count = () => {
    if (!several) return;
    const chosen = boxes().filter((box) => box.checked).length;
    const told = at("several-count");
    told.textContent = chosen ? told.dataset.words.replace("{n}", chosen) : "";
    several.classList.toggle("several-on", chosen > 0);
  };
  const pick = (box, on) => {
    box.checked = on;
    if (on) picked.add(box.value);
    else picked.delete(box.value);
    count();
  };
  queue.addEventListener("change", (event) => {
    if (event.target.name === "n") pick(event.target, event.target.checked);
  });
  if (several) {
    const all = at("pick-all");
    all.hidden = false;
    all.addEventListener("click", () => {
      const on = boxes().some((box) => !box.checked);
      for (const box of boxes()) pick(box, on);
    });
    for (const box of boxes()) if (box.checked) pick(box, true);
    several.addEventListener("submit", () => setTimeout(() => {
      for (const button of several.querySelectorAll("button")) button.disabled = true;
    }));
    window.addEventListener("pageshow", () => {
      for (const button of several.querySelectorAll("button")) button.disabled = false;
    });
  }

  // The case beside the list
  const shown = () => (drawer.hidden ? "" : drawer.querySelector("[data-number]")?.dataset.number ?? "");
  const beside = (number, swap) => {
    const link = at(`open-${number}`);
    const query = (link ? link.getAttribute("hx-get") : "").split("?")[1];
    htmx.ajax("GET", `/desk/drawer/${number}${query ? `?${query}` : ""}`, { target: "#drawer", swap });
  };
  const opened = () => {
    const card = drawer.querySelector("[data-number]");
    if (!card) return;
    drawer.hidden = false;
    drawer.parentElement.classList.add("desk-open");
    if (location.pathname + location.search !== card.dataset.here) history.pushState({}, "", card.dataset.here);
    mark();
    at("drawer-title").focus();
  };
  const close = () => {
    const number = shown();
    if (!number) return;
    drawer.hidden = true;
    drawer.replaceChildren();
    drawer.parentElement.classList.remove("desk-open");
    history.pushState({}, "", queue.dataset.here);
    mark();
    (at(`open-${number}`) ?? at("find")).focus();
  };
  drawer.addEventListener("click", (event) => {
    if (event.target.id !== "drawer-close" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    close();
  });
  window.addEventListener("popstate", () => location.reload());
  if (shown()) at("drawer-title").focus();

  // What htmx says
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail?.ctx?.response?.status >= 400) return; // it fires for answers that were not taken, too
    stale.hidden = true;
    if (event.target === queue) took();
    else if (event.target.id?.startsWith("open-")) opened();
  });
  for (const trouble of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(trouble, () => { stale.hidden = false; });
  }

  // Keys. Those of one letter work in the list only, and can be switched off (WCAG 2.1.4).
  const OFF = "hotline.keys.off";
  const off = at("keys-off");
  off.checked = localStorage.getItem(OFF) === "1";
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : ""));
  const help = () => at("keys").showModal();
  const button = at("keys-open");
  button.hidden = false;
  button.addEventListener("click", help);
  const links = () => [...queue.querySelectorAll(".cell-number a")];
  const row = () => document.activeElement?.closest("#queue tbody tr");
  const move = (by) => {
    const all = links();
    const here = all.findIndex((link) => row()?.contains(link));
    const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
    all[next]?.focus();
  };
  const doing = (deed, single) => (event) => {
    if (single && off.checked) return;
    event.preventDefault();
    deed();
  };
  const toggle = () => {
    const box = row()?.querySelector('input[name="n"]');
    if (box) pick(box, !box.checked);
  };
  const { tinykeys } = window.tinykeys;
  tinykeys(window, {
    "Alt+KeyJ": doing(() => move(1)),
    "Alt+KeyK": doing(() => move(-1)),
    Escape: () => { if (!at("keys").open) close(); },
  });
  const inList = {
    j: doing(() => move(1), true),
    k: doing(() => move(-1), true),
    ArrowDown: doing(() => move(1)),
    ArrowUp: doing(() => move(-1)),
    x: doing(toggle, true),
    "Shift+?": doing(help, true),
    "?": doing(help, true), // where it needs no Shift
  };
  // What nobody is sure of: the open case is sorted by one digit.
  const sort = (key) => doing(() => drawer.querySelector(`.sorting [data-key="${key}"]`)?.click(), true);
  const sorting = Object.fromEntries(["1", "2", "3", "0"].map((key) => [key, sort(key)]));
  tinykeys(drawer, sorting, { ignore: (event) => event.isComposing || event.target.matches("input, select, textarea") });
  Object.assign(inList, sorting);
  tinykeys(queue, inList, { ignore: (event) => event.isComposing });
})();
