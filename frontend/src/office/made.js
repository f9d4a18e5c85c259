/** In the editor of what a product asks its buyer for: only what the kind of a particular has use for is shown. */
for (const kind of document.querySelectorAll(".made-edit select[name$='-kind']")) {
  const show = () => {
    for (const part of kind.closest(".made-edit").querySelectorAll("[data-kinds]")) part.hidden = !part.dataset.kinds.split(" ").includes(kind.value);
  };
  kind.addEventListener("change", show);
  show();
}
