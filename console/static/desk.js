// The queue refreshes itself; where that fails the page says that it is no longer fresh.
const note = document.querySelector(".stale-note");
const show = (stale) => {
  if (note) note.hidden = !stale;
};
document.addEventListener("htmx:error", () => show(true));
document.addEventListener("htmx:response:error", () => show(true));
document.addEventListener("htmx:after:swap", () => show(false));
