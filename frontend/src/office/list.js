/**
 * `<zg-table>`: a list with keys (j/k, Enter, x), rows that open by a click, choosing many, filters that apply at once.
 * Without scripts links, boxes and buttons do the same.
 */
const interactive = "a, button, input, select, textarea, label, summary, details, dialog";

class ZgTable extends HTMLElement {
  #at = -1;
  #last = -1;

  connectedCallback() {
    this.rows = [...this.querySelectorAll("[data-row]")];
    this.bulk = this.querySelector("[data-bulk]");
    this.all = this.querySelector("[data-all]");
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("change", (event) => this.#change(event));
    if (this.all) this.all.hidden = false;
    this.#count();
    this.onkey = (event) => this.#key(event);
    document.addEventListener("keydown", this.onkey);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onkey);
  }

  #picks() {
    return this.rows.map((row) => row.querySelector("[data-pick]")).filter(Boolean);
  }

  #count() {
    if (!this.bulk) return;
    const picks = this.#picks();
    const n = picks.filter((pick) => pick.checked).length;
    const words = this.bulk.querySelector("[data-count]");
    words.textContent = words.dataset.words.replace("{n}", n);
    this.bulk.toggleAttribute("data-some", n > 0);
    this.bulk.toggleAttribute("data-idle", n === 0);
    this.bulk.querySelector("[data-none]").hidden = n === 0;
    for (const button of this.bulk.querySelectorAll("[data-act]")) {
      button.disabled = n === 0;
      if (button.dataset.confirm) {
        button.dataset.asked ??= button.dataset.confirm;
        button.dataset.confirm = button.dataset.asked.replace("{n}", n);
      }
    }
    if (this.all) {
      this.all.checked = n > 0 && n === picks.length;
      this.all.indeterminate = n > 0 && n < picks.length;
    }
  }

  #click(event) {
    if (event.target.closest("[data-none]")) {
      for (const pick of this.#picks()) pick.checked = false;
      return this.#count();
    }
    const row = event.target.closest("[data-row]");
    if (!row) return;
    const pick = event.target.closest("[data-pick]");
    if (pick) return this.#span(this.rows.indexOf(row), pick.checked, event.shiftKey);
    if (!row.dataset.href || event.target.closest(interactive) || getSelection().toString()) return;
    if (event.metaKey || event.ctrlKey) open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  }

  /** One row chosen or not; with Shift all from the last one. */
  #span(at, checked, shift) {
    if (shift && this.#last >= 0) {
      const [from, to] = [Math.min(at, this.#last), Math.max(at, this.#last)];
      for (const row of this.rows.slice(from, to + 1)) {
        const pick = row.querySelector("[data-pick]");
        if (pick) pick.checked = checked;
      }
    }
    this.#last = at;
    this.#count();
  }

  #change(event) {
    if (event.target.matches("[data-all]")) {
      for (const pick of this.#picks()) pick.checked = event.target.checked;
    }
    if (event.target.matches("[data-auto]")) event.target.form.requestSubmit();
    this.#count();
  }

  #key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return;
    if (document.querySelector("zg-table") !== this || document.querySelector("dialog[open]")) return;
    const row = this.rows[this.#at];
    if (event.key === "j" || event.key === "k") this.#go(this.#at + (event.key === "j" ? 1 : -1));
    else if (event.key === "Enter" && row?.dataset.href && !event.target.closest?.("a, button")) location.assign(row.dataset.href);
    else if (event.key.toLowerCase() === "x" && row) {
      const pick = row.querySelector("[data-pick]");
      if (!pick) return;
      pick.checked = event.shiftKey || !pick.checked;
      this.#span(this.#at, pick.checked, event.shiftKey);
    } else if (event.key === "Escape" && this.bulk?.hasAttribute("data-some")) {
      for (const pick of this.#picks()) pick.checked = false;
      this.#count();
    } else return;
    event.preventDefault();
  }

  #go(at) {
    if (!this.rows.length) return;
    this.rows[this.#at]?.removeAttribute("data-at");
    this.#at = Math.max(0, Math.min(at, this.rows.length - 1));
    const row = this.rows[this.#at];
    row.setAttribute("data-at", "");
    row.scrollIntoView({ block: "nearest" });
    (row.querySelector("a[href]") ?? row.querySelector("[data-pick]"))?.focus({ preventScroll: true });
  }
}

customElements.define("zg-table", ZgTable);
// A filter that is empty does not belong into the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-filters]")) return;
  for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
});
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-filters] :disabled")) field.disabled = false;
});
