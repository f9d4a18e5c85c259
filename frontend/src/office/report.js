/** The reports: a day chosen is a day shown; `data-print` prints, and is there only where a script can do it. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const day of document.querySelectorAll(".rp-period input[name=day]"))
  day.addEventListener("change", () => day.value && day.form.requestSubmit());
