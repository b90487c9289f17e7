// Two telephones: looks every half second at what they show, and does what is pressed.
const EVERY = 500;
const IDLE = 2000; // in a tab that nobody sees
const page = document.querySelector("[data-phones]");
const phones = [...document.querySelectorAll("[data-phone]")];
const tour = document.getElementById("tour");
const trouble = document.getElementById("trouble");
const voice = document.querySelector("[data-voice]");

const show = (element, shown) => {
  element.hidden = !shown;
};
const put = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};
const complain = (said) => {
  put(trouble.querySelector("[data-said]"), said);
  show(trouble, Boolean(said));
};

async function post(address, fields) {
  const body = new URLSearchParams({ csrf_token: page.dataset.csrf, ...fields });
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body });
  const said = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
  complain(said.trouble || (answer.ok ? "" : trouble.dataset.stale));
  return said;
}

function say(line) {
  if (!voice.checked) return;
  const words = new SpeechSynthesisUtterance(line.text);
  words.lang = line.lang;
  speechSynthesis.speak(words);
}

function bubble({ side, who, text, lang, lost }) {
  const item = document.createElement("p");
  item.className = `bubble bubble-${side}`;
  const by = document.createElement("span");
  by.className = "bubble-who";
  by.textContent = who;
  const words = document.createElement("span");
  words.lang = lang;
  words.textContent = text;
  item.append(by, " ", words);
  if (lost) {
    const sign = document.createElement("span");
    sign.className = "mark mark-failed";
    sign.textContent = lost;
    item.append(" ", sign);
  }
  return item;
}

function append(list, items) {
  if (!items.length) return;
  list.append(...items);
  list.scrollTop = list.scrollHeight;
}

function showTexts(phone, shown) {
  phone.dataset.since = shown.next;
  append(phone.querySelector("[data-texts]"), shown.texts.map(bubble));
  if (shown.texts.length) show(phone.querySelector("[data-empty]"), false);
}

function showCaptions(phone, call) {
  const list = phone.querySelector("[data-captions]");
  if (phone.dataset.sid !== call.sid) {
    phone.dataset.sid = call.sid;
    list.replaceChildren();
  }
  const fresh = call.lines.slice(list.childElementCount);
  append(list, fresh.map(bubble));
  for (const line of fresh) if (line.side === "line" || line.side === "them") say(line);
  show(list, call.lines.length > 0);
}

function showCall(phone, call) {
  const stage = call ? call.stage : "none";
  const live = stage === "talking" || stage === "calling";
  phone.classList.toggle("phone-rings", stage === "rings");
  const deeds = { dial: !live && stage !== "rings", take: stage === "rings", refuse: stage === "rings", hang_up: live };
  for (const [deed, can] of Object.entries(deeds)) show(phone.querySelector(`[data-deed="${deed}"]`), can);
  const told = phone.querySelector("[data-stage]");
  told.className = `call-stage mark stage-${stage}`;
  put(told, call ? call.told : "");
  for (const part of phone.querySelectorAll("[data-hands]")) show(part, live);
  if (!call) return;
  showCaptions(phone, call);
  put(phone.querySelector("[data-hint]"), call.typed ? `${call.hint} ${call.typed}` : call.hint);
  for (const key of phone.querySelectorAll("[data-key]")) key.disabled = !call.keys;
  for (const part of phone.querySelectorAll("[data-say] .form-control, [data-say] .btn")) part.disabled = !call.words;
}

function showClock(clock) {
  put(document.getElementById("clock-now"), clock.now);
  show(document.getElementById("clock-winding"), clock.winding);
  put(document.getElementById("clock-told"), clock.trouble || clock.told);
  for (const button of document.querySelectorAll("[data-wind] .btn")) button.disabled = clock.winding;
}

async function showTour(mark) {
  if (tour.dataset.mark === mark || tour.getAttribute("aria-busy") === "true") return;
  const answer = await fetch(`/phone/tour?${numbers()}`);
  if (!answer.ok) return;
  const had = tour.contains(document.activeElement);
  const before = tour.querySelectorAll(".tour-done").length;
  tour.innerHTML = await answer.text();
  tour.dataset.mark = mark;
  const done = [...tour.querySelectorAll(".tour-done")];
  if (done.length > before) put(document.getElementById("news"), done.at(-1).querySelector("b").textContent);
  if (had) tour.querySelector(".tour-current .btn, .tour-head .btn")?.focus();
}

function numbers() {
  return new URLSearchParams(phones.map((phone) => [phone.dataset.phone, phone.dataset.number]));
}

async function look() {
  const asked = numbers();
  for (const phone of phones) asked.set(`${phone.dataset.phone}_since`, phone.dataset.since);
  const answer = await fetch(`/phone/state?${asked}`, { headers: { Accept: "application/json" } });
  const state = await answer.json();
  if (!answer.ok) {
    complain(state.trouble);
    return;
  }
  if (trouble.dataset.away) complain("");
  delete trouble.dataset.away;
  for (const phone of phones) {
    showTexts(phone, state[phone.dataset.phone]);
    showCall(phone, state[phone.dataset.phone].call);
  }
  showClock(state.clock);
  await showTour(state.tour);
}

let looking = false;
async function lookOnce() {
  if (looking) return; // one look at a time: what it brings is put in once
  looking = true;
  try {
    await look();
  } catch {
    complain(trouble.dataset.gone);
    trouble.dataset.away = "yes";
  } finally {
    looking = false;
  }
}

async function lookAgain() {
  await lookOnce();
  setTimeout(lookAgain, document.hidden ? IDLE : EVERY);
}

async function act(phone, deed, more = {}) {
  const sid = phone.dataset.sid || "";
  await post("/phone/call", { number: phone.dataset.number, sid, deed, ...more });
  await lookOnce();
}

async function doStep(form) {
  const button = form.querySelector(".btn");
  const label = button.textContent;
  tour.setAttribute("aria-busy", "true");
  button.disabled = true;
  button.textContent = button.dataset.busy;
  const said = await post(form.getAttribute("action"), {});
  tour.removeAttribute("aria-busy");
  button.disabled = false;
  button.textContent = label;
  const wanted = new URLSearchParams((said.go || "").split("?")[1] || "");
  const same = phones.every((phone) => (wanted.get(phone.dataset.phone) || phone.dataset.number) === phone.dataset.number);
  if (said.go && !same) location.assign(said.go);
  else await lookOnce();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-deed], [data-key]");
  const phone = button?.closest("[data-phone]");
  if (!phone) return;
  if (button.dataset.key) act(phone, "press", { keys: button.dataset.key });
  else act(phone, button.dataset.deed);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const phone = form.closest("[data-phone]");
  if (form.matches("[data-say]")) {
    event.preventDefault();
    const words = form.elements.words.value.trim();
    form.reset();
    if (words) await act(phone, "say", { words });
    form.elements.words.focus();
  } else if (form.matches("[data-text]")) {
    event.preventDefault();
    const body = form.elements.body.value.trim();
    form.reset();
    if (body) await post("/phone/text", { number: phone.dataset.number, body });
    await lookOnce();
  } else if (form.matches("[data-wind]")) {
    event.preventDefault();
    const said = await post("/phone/wind", { far: event.submitter.value });
    await lookOnce();
    if (said.told) put(document.getElementById("clock-told"), said.told);
  } else if (form.matches("[data-step]") && form.dataset.step !== "desk") {
    event.preventDefault();
    await doStep(form);
  }
});

for (const choose of document.querySelectorAll("[data-choose] .form-select")) {
  choose.addEventListener("change", () => choose.form.submit());
}
for (const phone of phones) {
  show(phone.querySelector("[data-call]"), true);
  const list = phone.querySelector("[data-texts]");
  list.scrollTop = list.scrollHeight;
}
if ("speechSynthesis" in window) show(document.querySelector("[data-voice-label]"), true);
voice.addEventListener("change", () => voice.checked || speechSynthesis.cancel());
lookAgain();
