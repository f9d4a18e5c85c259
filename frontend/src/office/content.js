/**
 * The editor of pages: saves while one types and shows it in the preview, moves pieces by drag (buttons do it without a
 * script), shows a chosen picture at once. Also: beginnings of an answer that fill a field.
 */
import { t } from "../elements/words.js";

const WAIT = 1200; // milliseconds of quiet before a save

customElements.define(
  "zg-editor",
  class extends HTMLElement {
    connectedCallback() {
      this.form = this.querySelector("#editor");
      this.frame = this.querySelector("iframe");
      this.status = document.querySelector("[data-status]");
      this.form.addEventListener("input", () => this.soon());
      this.form.addEventListener("change", ({ target }) => this.soon(target.type === "file" ? 0 : WAIT));
      this.form.addEventListener("zg-moved", () => this.soon(0));
      this.form.addEventListener("submit", () => this.stop());
      for (const button of this.querySelectorAll("[data-width]")) {
        button.hidden = false;
        button.addEventListener("click", () => this.show(Number(button.dataset.width)));
      }
      this.box = this.querySelector("[data-frame]");
      new ResizeObserver(() => this.fit()).observe(this.box);
      this.show(390);
      this.open();
      addEventListener("hashchange", () => this.open());
    }

    /** The block the address names. */
    open() {
      const piece = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const details = piece && (piece.matches("details") ? piece : piece.querySelector("details"));
      if (!details) return;
      details.open = true;
      piece.scrollIntoView({ block: "start" });
      details.querySelector("summary").focus({ preventScroll: true });
    }

    soon(wait = WAIT) {
      if (this.form.querySelector(".ed-all").disabled) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), wait);
    }

    stop() {
      clearTimeout(this.timer);
      this.stopped = true;
    }

    async save() {
      if (this.stopped) return;
      if (this.saving) {
        this.again = true;
        return;
      }
      this.saving = true;
      this.say(t("正在保存…", "Saving…"));
      const sent = [...this.form.querySelectorAll("input[type=file]")].filter((input) => input.files.length);
      const data = new FormData(this.form);
      data.set("do", "save");
      try {
        const answer = await fetch(this.form.action, { method: "POST", body: data, headers: { "X-Autosave": "1" } });
        if (answer.status === 401) this.say(t("登录已过期，请在新窗口登录后继续", "Signed out; sign in in another window"), "bad");
        else if (this.stopped) return;
        else if (answer.ok) this.saved(await answer.json(), sent);
        else this.refused(await answer.json());
      } catch {
        this.say(t("没有连上，稍后会再保存", "No connection; it will be saved later"), "bad");
        this.soon(5000);
      } finally {
        this.saving = false;
      }
      if (this.again) {
        this.again = false;
        this.soon(0);
      }
    }

    saved(news, sent) {
      this.form.elements.version.value = news.version;
      for (const [name, picture] of Object.entries(news.pictures))
        for (const key of ["url", "width", "height"]) this.form.elements[`${name}.${key}`].value = picture[key];
      for (const input of sent) input.value = "";
      for (const wrong of this.form.querySelectorAll("[data-live-error]")) wrong.remove();
      this.say(t(`已保存 ${news.at}`, `Saved ${news.at}`), "good");
      this.refresh();
    }

    refused(news) {
      this.say(news.changed ? t("有人先保存了：点“保存草稿”查看差异", "Somebody saved first: press Save to compare") : news.errors[0]?.message || news.text, "bad");
      if (news.changed) this.stop();
    }

    say(text, tone = "") {
      const badge = document.createElement("span");
      badge.className = `badge badge-${tone || "neutral"}`;
      badge.textContent = text;
      this.status.replaceChildren(badge);
    }

    refresh() {
      try {
        const top = this.frame.contentWindow.scrollY;
        this.frame.addEventListener("load", () => this.frame.contentWindow.scrollTo(0, top), { once: true });
        this.frame.contentWindow.location.reload();
      } catch {
        this.frame.src = this.dataset.preview;
      }
    }

    show(width) {
      this.width = width;
      for (const button of this.querySelectorAll("[data-width]"))
        button.setAttribute("aria-pressed", String(Number(button.dataset.width) === width));
      this.fit();
    }

    /** The frame is as wide as the device and drawn as large as there is room. */
    fit() {
      const room = this.box.clientWidth;
      const scale = Math.min(1, room / this.width);
      Object.assign(this.frame.style, {
        width: `${this.width}px`,
        height: `${Math.round(this.box.clientHeight / scale)}px`,
        transform: `scale(${scale})`,
        marginInline: scale < 1 ? "0" : "auto",
      });
    }
  },
);

/* Pieces of a list moved by their grip. The order is that of the page, so moving the piece is all. */
let moving;
document.addEventListener("pointerdown", ({ target }) => {
  const grip = target.closest("[data-grip]");
  const piece = (grip ?? target.closest(".ed-good"))?.closest("[data-piece]");
  if (piece) piece.draggable = true;
});
document.addEventListener("dragstart", (event) => {
  const piece = event.target.closest?.("[data-piece][draggable=true]");
  if (!piece) return;
  moving = piece;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  requestAnimationFrame(() => moving?.setAttribute("data-moving", ""));
});
document.addEventListener("dragover", (event) => {
  const list = moving?.parentElement;
  if (!list?.contains(event.target)) return;
  event.preventDefault();
  const over = [...list.children].find((each) => each !== moving && each.contains(event.target));
  if (!over) return;
  const box = over.getBoundingClientRect();
  list.insertBefore(moving, event.clientY < box.top + box.height / 2 ? over : over.nextSibling);
});
document.addEventListener("drop", (event) => moving && event.preventDefault());
document.addEventListener("dragend", () => {
  if (!moving) return;
  const piece = moving;
  moving = undefined;
  piece.draggable = false;
  piece.removeAttribute("data-moving");
  ends(piece.parentElement);
  piece.dispatchEvent(new Event("zg-moved", { bubbles: true }));
});

/** The first cannot go up, the last cannot go down. */
function ends(list) {
  [...list.children].forEach((each, i) => {
    const [up, down] = ["[data-up]", "[data-down]"].map((name) => each.querySelector(name));
    if (up) up.disabled = i === 0;
    if (down) down.disabled = i === list.children.length - 1;
  });
}

customElements.define(
  "zg-picture",
  class extends HTMLElement {
    connectedCallback() {
      const input = this.querySelector("input[type=file]");
      const shown = this.querySelector("[data-shown]");
      const box = this.querySelector(".ed-picture-box");
      input.addEventListener("change", () => {
        const [file] = input.files;
        if (!file) return;
        const address = URL.createObjectURL(file);
        shown.src = address;
        shown.hidden = false;
        shown.onload = () => URL.revokeObjectURL(address);
        box.classList.remove("ed-picture-empty");
      });
    }
  },
);

customElements.define(
  "zg-colour",
  class extends HTMLElement {
    connectedCallback() {
      const words = this.querySelector("input");
      const pick = Object.assign(document.createElement("input"), { type: "color", value: words.value || "#ffffff", tabIndex: -1 });
      pick.setAttribute("aria-hidden", "true");
      pick.addEventListener("input", () => {
        words.value = pick.value;
        words.dispatchEvent(new Event("input", { bubbles: true }));
      });
      words.addEventListener("input", () => /^#[0-9a-f]{6}$/i.test(words.value) && (pick.value = words.value));
      this.prepend(pick);
    }
  },
);

for (const chip of document.querySelectorAll("[data-fill]")) {
  chip.hidden = false;
  chip.addEventListener("click", () => {
    const field = document.getElementById(chip.dataset.fill);
    field.value = chip.dataset.words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
