/** `<zg-gallery>`: swipe, arrows or thumbnails; without scripts it scrolls and the thumbnails are links. */
customElements.define(
  "zg-gallery",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = this.querySelector("[data-stage]");
      this.thumbs = [...this.querySelectorAll("[data-index]")];
      this.count = this.querySelector("[data-count]");
      this.pictures = [...this.stage.children];
      this.addEventListener("click", (event) => {
        const thumb = event.target.closest("[data-index]");
        if (!thumb) return;
        event.preventDefault();
        this.go(Number(thumb.dataset.index));
      });
      this.stage.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        this.go(this.at() + step);
      });
      this.stage.addEventListener("scroll", () => this.mark(), { passive: true });
    }

    at() {
      return Math.round(this.stage.scrollLeft / this.stage.clientWidth);
    }

    /** Show picture `index`; also for choosers of variants. */
    go(index) {
      const to = Math.min(Math.max(index, 0), this.pictures.length - 1);
      this.stage.scrollTo({ left: to * this.stage.clientWidth });
    }

    mark() {
      const at = this.at();
      this.thumbs.forEach((thumb, i) => thumb.toggleAttribute("aria-current", i === at));
      this.thumbs[at]?.setAttribute("aria-current", "true");
      if (this.count) this.count.textContent = `${at + 1} / ${this.pictures.length}`;
    }
  },
);
