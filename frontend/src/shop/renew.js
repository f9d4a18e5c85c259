/** `<zg-renew>`: when a countdown in it has run out the page is asked for again, not by everybody in the same instant. */
customElements.define(
  "zg-renew",
  class extends HTMLElement {
    connectedCallback() {
      this.addEventListener("zg:elapsed", () => {
        this.timer = setTimeout(() => location.reload(), 1000 + Math.random() * 3000);
      });
    }

    disconnectedCallback() {
      clearTimeout(this.timer);
    }
  },
);
