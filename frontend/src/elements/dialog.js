/** `data-open="id"` opens a `<dialog>`, `data-close` or a click beside it closes it. Without scripts `href="#id"` does. */
const show = (dialog) => dialog && !dialog.open && dialog.showModal();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.open);
    if (dialog?.showModal) {
      event.preventDefault();
      show(dialog);
    }
    return;
  }
  const closer = event.target.closest("[data-close]");
  const dialog = event.target.closest("dialog");
  if (closer && dialog) {
    event.preventDefault();
    dialog.close();
  } else if (event.target === dialog && dialog.classList.contains("dialog")) {
    const box = dialog.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  }
});

for (const dialog of document.querySelectorAll("dialog[data-open-now]")) show(dialog);
// An address that names a dialog: the way without scripts; with them it is a proper one.
if (location.hash.length > 1) {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches("dialog.dialog")) {
    history.replaceState(null, "", location.pathname + location.search);
    show(named);
  }
}
