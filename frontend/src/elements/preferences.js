/** Light and dark at once, without a new page. */
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-theme-form]");
  const theme = event.submitter?.value;
  if (!form || !theme) return;
  event.preventDefault();
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === theme));
  fetch(form.action, { method: "POST", body: new URLSearchParams({ theme, next: "/" }), redirect: "manual" });
  dispatchEvent(new CustomEvent("zg:theme"));
});
