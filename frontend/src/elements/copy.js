/** `<zg-copy>`: a button that copies the text beside it. */
import { toast } from "./toast.js";

customElements.define(
  "zg-copy",
  class extends HTMLElement {
    connectedCallback() {
      const button = this.querySelector("button");
      if (!button || !navigator.clipboard) return;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(this.querySelector("[data-text]").textContent.trim());
        button.dataset.copied = "";
        toast(button.dataset.done, { tone: "good" });
        setTimeout(() => delete button.dataset.copied, 1500);
      });
    }
  },
);
