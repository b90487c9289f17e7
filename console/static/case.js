// When this case changes the page says so. It never replaces what somebody is writing: they decide when to look.
const note = document.querySelector(".changed-note");
document.addEventListener("hotline:changed", (event) => {
  if (!note) return;
  const changed = (event.detail || {}).case;
  if (![null, note.dataset.case, note.dataset.id].includes(changed)) return;
  const link = note.querySelector("a");
  if (link) link.hidden = false;
});
