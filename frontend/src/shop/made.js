/** What the particulars of an article made to order cost, told while they are filled in. */
customElements.define(
  "zg-made",
  class extends HTMLElement {
    connectedCallback() {
      this.sum = this.querySelector("[data-made-sum]");
      if (!this.sum) return;
      const { currency, digits, locale } = this.sum.dataset;
      this.words = new Intl.NumberFormat(locale || undefined, { style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: +digits, maximumFractionDigits: +digits });
      this.addEventListener("input", () => this.tell());
      this.addEventListener("change", () => this.tell());
      this.tell();
    }

    tell() {
      let extra = 0;
      for (const one of this.querySelectorAll("[data-surcharge]")) {
        const filled = one.type === "radio" ? one.checked && one.value : one.type === "file" ? one.files.length || this.querySelector(`[name="kept-${one.name.slice(2)}"]`) : one.value.trim();
        if (filled) extra += Number(one.dataset.surcharge);
      }
      const minor = 10 ** Number(this.sum.dataset.digits);
      this.sum.textContent = this.words.format((Number(this.sum.dataset.price) + extra) / minor);
    }
  },
);
