/** `<zg-stepper>`: plus and minus beside a number; every change tells `change`, as typing does. */
customElements.define(
  "zg-stepper",
  class extends HTMLElement {
    connectedCallback() {
      const input = this.querySelector("input");
      const buttons = [...this.querySelectorAll("[data-step]")];
      const limit = () => {
        const value = Number(input.value);
        for (const button of buttons) {
          const next = value + Number(button.dataset.step);
          button.disabled = next < Number(input.min) || next > Number(input.max);
        }
      };
      for (const button of buttons) {
        button.hidden = false;
        button.addEventListener("click", () => {
          const next = (Number(input.value) || 0) + Number(button.dataset.step);
          input.value = Math.min(Math.max(next, Number(input.min)), Number(input.max));
          input.dispatchEvent(new Event("input", { bubbles: true }));
          input.dispatchEvent(new Event("change", { bubbles: true }));
        });
      }
      input.addEventListener("input", limit);
      limit();
    }
  },
);
