/** `<zg-countdown>`: what remains until the `<time>` in it, to the second; tells `zg:elapsed` at the end. */
import { t } from "./words.js";

const two = (n) => String(n).padStart(2, "0");

customElements.define(
  "zg-countdown",
  class extends HTMLElement {
    connectedCallback() {
      this.time = this.querySelector("time");
      this.until = Date.parse(this.time?.dateTime);
      if (Number.isNaN(this.until)) return;
      this.classList.add("num");
      this.show();
      this.timer = setInterval(() => this.show(), 1000);
    }

    disconnectedCallback() {
      clearInterval(this.timer);
    }

    show() {
      const seconds = Math.floor((this.until - Date.now()) / 1000);
      if (seconds <= 0) {
        clearInterval(this.timer);
        this.time.textContent = t("已到时", "time is up");
        this.dispatchEvent(new CustomEvent("zg:elapsed", { bubbles: true }));
        return;
      }
      const days = Math.floor(seconds / 86400);
      const clock = `${two(Math.floor((seconds % 86400) / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
      this.time.textContent = days ? t(`${days} 天 ${clock}`, `${days} d ${clock}`) : clock;
    }
  },
);
