// The search of the bar: "/" and Ctrl+K lead to it. The single key can be switched off with those of the desk (WCAG 2.1.4).
(() => {
  const field = document.getElementById("find");
  if (!field) return;
  const writes = (element) => element?.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || document.querySelector("dialog[open]")) return;
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey;
    if (slash && (writes(event.target) || localStorage.getItem("hotline.keys.off") === "1")) return;
    if (!slash && !((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
