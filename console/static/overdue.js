// The table and list of what presses: read anew where a case changed, and now and then; says when it no longer is fresh.
(() => {
  const GATHER = 1500; // news that follow each other closely are one look
  const part = document.getElementById("pressing");
  const note = document.querySelector(".stale-note");
  if (!part || !note) return;
  let planned = 0;
  document.addEventListener("hotline:changed", () => {
    planned ||= setTimeout(() => {
      planned = 0;
      htmx.trigger(part, "refresh");
    }, GATHER);
  });
  document.addEventListener("htmx:error", () => { note.hidden = false; });
  document.addEventListener("htmx:response:error", () => { note.hidden = false; });
  // An answer that is refused is "swapped" too, with nothing.
  document.addEventListener("htmx:after:swap", (event) => {
    if (!(event.detail?.ctx?.response?.status >= 400)) note.hidden = true;
  });
})();
