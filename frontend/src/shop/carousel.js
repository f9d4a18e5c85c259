/** `<zg-carousel>`: big pictures in turn. It scrolls by itself without scripts; with them it moves on until someone touches it. */
customElements.define(
  "zg-carousel",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = this.querySelector("[data-stage]");
      this.dots = [...this.querySelectorAll("[data-go]")];
      if (this.dots.length < 2) return;
      this.pauser = this.querySelector("[data-pause]");
      this.stage.addEventListener("scroll", () => this.mark(), { passive: true });
      this.addEventListener("click", ({ target }) => {
        const dot = target.closest("[data-go]");
        if (dot) this.go(Number(dot.dataset.go), this.stop());
        if (target.closest("[data-pause]")) this.timer ? this.stop() : this.start();
      });
      for (const kind of ["pointerdown", "focusin"]) this.stage.addEventListener(kind, () => this.stop());
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (Number(this.dataset.seconds) && !calm) this.start();
      else this.pauser.hidden = true;
    }

    disconnectedCallback() {
      clearInterval(this.timer);
    }

    start() {
      const seconds = Number(this.dataset.seconds);
      this.timer = setInterval(() => document.hidden || this.go((this.at() + 1) % this.dots.length), seconds * 1000);
      this.pauser.setAttribute("aria-pressed", "false");
    }

    stop() {
      clearInterval(this.timer);
      this.timer = 0;
      this.pauser.setAttribute("aria-pressed", "true");
    }

    at() {
      return Math.round(this.stage.scrollLeft / this.stage.clientWidth);
    }

    go(index) {
      this.stage.scrollTo({ left: index * this.stage.clientWidth, behavior: "smooth" });
    }

    mark() {
      const at = this.at();
      this.dots.forEach((dot, i) => (i === at ? dot.setAttribute("aria-current", "true") : dot.removeAttribute("aria-current")));
    }
  },
);
