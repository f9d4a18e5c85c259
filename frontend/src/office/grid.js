/**
 * `<zg-grid>`: cells that are edited where they stand. A click, Enter or F2 opens one, Enter saves, Esc gives up, Tab saves
 * and goes on to the next, arrows walk between cells; Ctrl+Z (or the toast's button) takes the last edit back. Each cell is
 * saved by itself, with what its author saw; where somebody was faster their value is shown and nothing is overwritten
 * unasked. Without scripts each cell is a link to the form that changes it. Markup: backoffice/parts/cell.html.
 */
import { failed, toast } from "../elements/toast.js";
import { t } from "../elements/words.js";

const KEPT = "zg_grid_reason";
const figures = (cell) => cell.dataset.field !== "title";

class ZgGrid extends HTMLElement {
  #open = null; // the cell with an editor in it
  #done = []; // what can be taken back, newest last

  connectedCallback() {
    this.reason = this.querySelector("[data-reason]");
    this.#recall();
    for (const link of this.querySelectorAll("[data-cell] [data-edit]")) this.#wake(link);
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.onundo = (event) => this.#undoKey(event);
    document.addEventListener("keydown", this.onundo);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onundo);
  }

  #recall() {
    if (!this.reason) return;
    try {
      this.reason.value = sessionStorage.getItem(KEPT) || this.reason.value;
      this.reason.addEventListener("change", () => sessionStorage.setItem(KEPT, this.reason.value));
    } catch {
      /* a browser that keeps nothing */
    }
  }

  #wake(link) {
    link.setAttribute("role", "button");
    link.setAttribute("draggable", "false");
  }

  #cells() {
    return [...this.querySelectorAll("[data-cell]")].filter((cell) => cell.checkVisibility());
  }

  #click(event) {
    const more = event.target.closest("[data-variants]");
    const link = event.target.closest("[data-edit]");
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (more) {
      event.preventDefault();
      this.#variants(more);
    } else if (link) {
      event.preventDefault();
      this.#edit(link.closest("[data-cell]"));
    } else if (event.target.closest("[data-cell][data-editing]")) event.stopPropagation();
  }

  #key(event) {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.altKey || event.metaKey || event.ctrlKey || event.isComposing) return;
    if (cell === this.#open) return this.#editorKey(event, cell);
    if (!event.target.matches("[data-edit], [data-shown]")) return;
    const typed = /^[\d.]$/.test(event.key) && figures(cell);
    if (event.key === "F2" || typed || (event.target.matches("[data-edit]") && (event.key === "Enter" || event.key === " "))) {
      this.#edit(cell, typed ? event.key : null);
    } else if (event.key.startsWith("Arrow")) this.#walk(cell, event.key);
    else return;
    event.preventDefault();
  }

  #walk(cell, key) {
    const step = key === "ArrowDown" || key === "ArrowRight" ? 1 : -1;
    const along = key === "ArrowDown" || key === "ArrowUp" ? this.#cells().filter((c) => c.dataset.field === cell.dataset.field) : this.#cells();
    const next = along[along.indexOf(cell) + step];
    if (next) this.#focus(next);
  }

  #focus(cell) {
    const link = cell.querySelector("[data-edit]");
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #edit(cell, typed = null) {
    if (this.#open === cell) return;
    if ("busy" in cell.dataset) return;
    if (this.#open && !("busy" in this.#open.dataset)) this.#close(this.#open);
    this.#open = cell;
    cell.dataset.editing = "";
    const input = document.createElement("input");
    input.className = "input input-sm cell-input";
    input.type = "text";
    input.autocomplete = "off";
    input.value = typed ?? cell.dataset.value;
    input.setAttribute("aria-label", cell.dataset.label);
    if (figures(cell)) input.inputMode = cell.dataset.field === "stock" ? "numeric" : "decimal";
    else input.maxLength = 300;
    cell.append(input);
    input.focus();
    if (typed === null) input.select();
    input.addEventListener("blur", () => this.#open === cell && !("busy" in cell.dataset) && this.#left(cell));
  }

  /** The editor lost the focus: what was typed is saved, as if by Enter; what was refused already waits where it is. */
  #left(cell) {
    const changed = cell.querySelector("input").value.trim() !== cell.dataset.value;
    if (!changed) this.#close(cell);
    else if (!cell.querySelector(".cell-error")) this.#save(cell, () => {});
  }

  #editorKey(event, cell) {
    const { key } = event;
    if (key === "Escape") {
      event.stopPropagation();
      this.#close(cell);
      this.#focus(cell);
    } else if (key === "Enter") this.#save(cell, () => this.#focus(cell));
    else if (key === "Tab") {
      const all = this.#cells();
      const next = all[all.indexOf(cell) + (event.shiftKey ? -1 : 1)];
      if (!next) return;
      this.#save(cell, () => this.#edit(next));
    } else return;
    event.preventDefault();
  }

  #close(cell) {
    if (this.#open === cell) this.#open = null;
    delete cell.dataset.editing;
    delete cell.dataset.busy;
    for (const part of cell.querySelectorAll(".cell-input, .cell-error")) part.remove();
  }

  async #save(cell, then) {
    const input = cell.querySelector("input");
    if ("busy" in cell.dataset) return;
    if (input.value.trim() === cell.dataset.value) {
      this.#close(cell);
      return then();
    }
    cell.dataset.busy = "";
    input.readOnly = true;
    const own = { field: cell.dataset.field, product: cell.dataset.product, sku: cell.dataset.sku };
    const reason = this.reason?.value.trim() ?? "";
    const sent = { ...own, value: input.value.trim(), seen: cell.dataset.seen, reason };
    const answer = await this.#send(sent);
    delete cell.dataset.busy;
    input.readOnly = false;
    if (!answer?.ok) return this.#wrong(cell, input, answer);
    this.#close(cell);
    this.#show(answer);
    cell.dataset.saved = "";
    setTimeout(() => delete cell.dataset.saved, 1200);
    const undo = answer.undo && { ...own, ...answer.undo, reason };
    if (undo) this.#done.push(undo);
    toast(answer.message, { tone: "good", action: undo && { text: t("撤销", "Undo"), run: () => this.#undo(undo) } });
    then();
  }

  /** The answer with `ok`; nothing where the network failed. */
  async #send(fields) {
    try {
      const answer = await fetch(this.dataset.to, { method: "POST", body: new URLSearchParams(fields), headers: { "HX-Request": "true", Accept: "application/json" } });
      if (answer.status === 401) {
        document.querySelector("[data-toasts]").append(document.querySelector("[data-signed-out]").content.cloneNode(true));
        return { ok: false, message: t("请先登录", "Sign in first") };
      }
      return { ok: answer.ok, ...(await answer.json()) };
    } catch {
      failed();
    }
  }

  #wrong(cell, input, answer) {
    cell.querySelector(".cell-error")?.remove();
    let words = answer?.message ?? t("没有保存，请再试", "Not saved; try again");
    if (answer?.taken) this.#show(answer);
    if (this.#open !== cell) {
      // its author works in another cell by now
      this.#close(cell);
      return toast(`${cell.dataset.label}${t(":", ": ")}${words}`, { tone: "bad" });
    }
    if (answer?.taken) {
      words += t(`（现为 ${cell.querySelector("[data-shown]").textContent}）；再按 Enter 用您的值覆盖，Esc 保留对方的`, ` (now ${cell.querySelector("[data-shown]").textContent}); Enter again puts yours, Esc keeps theirs`);
    }
    const said = Object.assign(document.createElement("p"), { className: "cell-error", textContent: words, id: `wrong-${cell.dataset.cell}` });
    said.setAttribute("role", "alert");
    cell.append(said);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", said.id);
    input.focus();
  }

  #show({ cells = [], texts = {} }) {
    for (const fresh of cells) {
      const cell = this.querySelector(`[data-cell="${fresh.key}"]`);
      if (!cell) continue;
      Object.assign(cell.dataset, { value: fresh.value, seen: fresh.seen });
      cell.querySelector("[data-shown]").textContent = fresh.shown;
      const link = cell.querySelector("[data-edit]");
      if (figures(cell)) link.setAttribute("aria-label", `${cell.dataset.label} ${fresh.shown}`);
    }
    for (const [name, text] of Object.entries(texts)) for (const each of this.querySelectorAll(`[data-text="${name}"]`)) each.textContent = text;
  }

  #undoKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog") || !this.#done.length) return;
    event.preventDefault();
    this.#undo(this.#done.at(-1));
  }

  async #undo(edit) {
    const at = this.#done.indexOf(edit);
    if (at < 0) return; // taken back already
    this.#done.splice(at, 1);
    const answer = await this.#send({ ...edit, undo: "1" });
    if (!answer) this.#done.push(edit);
    else if (answer.cells) this.#show(answer);
    if (answer) toast(answer.message, { tone: answer.ok ? "good" : "bad" });
  }

  /** The rows of a product's variants, fetched once, opened and closed below it. */
  async #variants(more) {
    const row = more.closest("tr");
    const open = more.getAttribute("aria-expanded") === "true";
    if (!more.rows) {
      if ("busy" in more.dataset) return;
      more.dataset.busy = "";
      try {
        const pick = row.querySelector(".list-pick") ? "?pick=1" : "";
        const answer = await fetch(more.dataset.variants + pick, { headers: { "HX-Request": "true" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const part = new DOMParser().parseFromString(await answer.text(), "text/html");
        more.rows = [...part.querySelectorAll("tr")].map((each) => document.adoptNode(each));
        row.after(...more.rows);
        for (const each of more.rows) for (const link of each.querySelectorAll("[data-cell] [data-edit]")) this.#wake(link);
      } catch {
        return failed();
      } finally {
        delete more.dataset.busy;
      }
    }
    for (const each of more.rows) each.hidden = open;
    more.setAttribute("aria-expanded", String(!open));
  }
}

customElements.define("zg-grid", ZgGrid);
