// The menus of the bar: Escape closes the open one and gives the focus back; so does leaving it by key or by a click
// elsewhere. Without this they open and close by their own headings.
(() => {
  const open = () => document.querySelectorAll("[data-menu][open]");
  const close = (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", close);
  document.addEventListener("focusin", close);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopImmediatePropagation(); // one press closes one thing
    }
  });
})();
