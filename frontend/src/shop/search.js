/** `<zg-suggest>` around the search field: suggestions from `data-src` as the buyer types, by keyboard, too. */
customElements.define(
  "zg-suggest",
  class extends HTMLElement {
    connectedCallback() {
      this.input = this.querySelector("input[type=search]");
      this.list = document.createElement("div");
      this.list.className = "suggest";
      this.list.hidden = true;
      this.append(this.list);
      this.input.addEventListener("input", () => this.later());
      this.addEventListener("keydown", (event) => this.key(event));
      this.addEventListener("focusout", (event) => !this.contains(event.relatedTarget) && this.close());
    }

    later() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), 140);
    }

    async ask() {
      const words = this.input.value.trim();
      this.asked?.abort();
      if (!words) return this.close();
      this.asked = new AbortController();
      try {
        const answer = await fetch(`${this.dataset.src}?q=${encodeURIComponent(words)}`, { signal: this.asked.signal });
        const html = answer.ok ? (await answer.text()).trim() : "";
        this.list.innerHTML = html;
        this.list.hidden = !this.list.querySelector("a");
      } catch {
        // Another letter was typed, or there is no connection: searching itself still works.
      }
    }

    key(event) {
      const links = [...this.list.querySelectorAll("a")];
      if (event.key === "Escape") {
        if (this.list.contains(document.activeElement)) this.input.focus();
        return this.close();
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || this.list.hidden || !links.length) return;
      event.preventDefault();
      const at = links.indexOf(document.activeElement) + step;
      if (at < 0 || at >= links.length) this.input.focus();
      else links[at].focus();
    }

    close() {
      this.list.hidden = true;
    }
  },
);
