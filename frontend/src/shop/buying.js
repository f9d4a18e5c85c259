/** Buying without waiting for pages: the drawer after “add to cart”, regions, totals that follow, payments that arrive. */
import { failed } from "../elements/toast.js";
import { t } from "../elements/words.js";

const swapped = () => dispatchEvent(new CustomEvent("zg:swapped", { detail: { ids: [] } }));
const parse = (text) => new DOMParser().parseFromString(text, "text/html");

/* --- add to cart: the page stays, a drawer says what happened ---------------------------------------------------- */

function drawer(content) {
  let dialog = document.querySelector("dialog.drawer");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "drawer";
    dialog.setAttribute("aria-label", t("购物车", "Cart"));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
  }
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-ghost wide", textContent: t("继续逛逛", "Go on shopping") });
  close.addEventListener("click", () => dialog.close());
  dialog.replaceChildren(document.adoptNode(content), close);
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (new URL(form.action, location.href).pathname !== "/cart/add" || event.submitter?.value === "checkout" || form.closest("#cart")) return;
  event.preventDefault();
  const button = event.submitter;
  button?.toggleAttribute("data-busy", true);
  try {
    const given = new FormData(form, button);
    const body = form.enctype === "multipart/form-data" ? given : new URLSearchParams(given);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "added", Accept: "text/html" } });
    const part = parse(await answer.text()).getElementById("added");
    if (!part) throw new Error(String(answer.status));
    drawer(part);
    swapped();
  } catch {
    failed();
  } finally {
    button?.removeAttribute("data-busy");
  }
}, true);

/* --- province, city, district: each list follows the one above ------------------------------------------------------ */

customElements.define(
  "zg-region",
  class extends HTMLElement {
    connectedCallback() {
      this.province = this.querySelector("[name=province]");
      this.province.addEventListener("change", () => this.follow());
      this.addEventListener("change", (event) => event.target.name === "city" && this.districts());
      this.follow(true);
    }

    async follow(first = false) {
      const province = this.province.value;
      try {
        this.cities = province ? await (await fetch(`/regions?province=${encodeURIComponent(province)}`)).json() : {};
      } catch {
        return; // typing the names still works
      }
      const names = Object.keys(this.cities);
      this.fill("city", names, first || names.length === 1 ? undefined : "");
      if (names.length === 1) this.querySelector("[name=city]").value = names[0];
      this.districts(first);
    }

    districts(first = false) {
      const city = this.querySelector("[name=city]").value;
      const names = this.cities[city] ?? [];
      this.fill("district", names, first ? undefined : "");
      const field = this.querySelector("[name=district]");
      field.disabled = Boolean(city) && !names.length;
      field.closest(".field").hidden = field.disabled;
    }

    /** A select of `names` in place of what stands there, its value kept where it is one of them. */
    fill(name, names, value) {
      const old = this.querySelector(`[name=${name}]`);
      const kept = value ?? old.value;
      let select = old;
      if (old.tagName !== "SELECT") {
        select = document.createElement("select");
        select.className = "input select";
        for (const attribute of ["id", "name", "aria-describedby", "aria-invalid", "autocomplete"])
          if (old.hasAttribute(attribute)) select.setAttribute(attribute, old.getAttribute(attribute));
        old.replaceWith(select);
      }
      select.replaceChildren(new Option(t("请选择", "Choose"), ""), ...names.map((each) => new Option(each, each)));
      select.value = names.includes(kept) ? kept : "";
    }
  },
);

/* --- checkout: totals follow the address and the method ------------------------------------------------------------- */

customElements.define(
  "zg-checkout",
  class extends HTMLElement {
    connectedCallback() {
      this.form = this.querySelector("form");
      this.addEventListener("change", ({ target }) => {
        const counts = "price" in target.dataset || target.name === "province";
        if (counts) this.reprice();
      });
    }

    async reprice() {
      this.asked?.abort();
      this.asked = new AbortController();
      const parts = ["checkout-summary", "checkout-ways", "checkout-bar", "checkout-expected"].map((id) => document.getElementById(id));
      parts.forEach((part) => part?.setAttribute("aria-busy", "true"));
      const body = new URLSearchParams(new FormData(this.form));
      body.set("do", "update");
      try {
        const answer = await fetch(this.form.action, { method: "POST", body, signal: this.asked.signal, headers: { Accept: "text/html" } });
        const page = parse(await answer.text());
        for (const part of parts) {
          const fresh = part && page.getElementById(part.id);
          if (fresh) part.replaceWith(document.adoptNode(fresh));
        }
      } catch {
        // A later change is on its way, or there is no connection: the server asks again before anything is bought.
      } finally {
        parts.forEach((part) => part?.removeAttribute("aria-busy"));
      }
    }
  },
);

/* --- payment: on to the gateway, and the page that waits -------------------------------------------------------------- */

customElements.define(
  "zg-go",
  class extends HTMLElement {
    connectedCallback() {
      setTimeout(() => this.querySelector("form").requestSubmit());
    }
  },
);

const EVERY = 2500;
const PATIENCE = 20000; // milliseconds after which whoever came back unpaid is told that nothing has arrived

customElements.define(
  "zg-wait",
  class extends HTMLElement {
    connectedCallback() {
      this.timer = setInterval(() => document.hidden || this.look(), EVERY);
      this.addEventListener("zg:elapsed", () => setTimeout(() => location.reload(), 1500));
      document.addEventListener("visibilitychange", () => document.hidden || this.look());
      addEventListener("pageshow", () => this.look()); // also of a page kept from before the payment: by the back button
      this.patience = setTimeout(() => this.late(), PATIENCE);
    }

    disconnectedCallback() {
      clearInterval(this.timer);
      clearTimeout(this.patience);
    }

    late() {
      const note = this.querySelector("[data-late]");
      if (!note) return;
      this.querySelector(".checking").hidden = true;
      note.hidden = false;
    }

    async look() {
      try {
        const { status, total } = await (await fetch(this.dataset.src)).json();
        if (!status || (status === this.dataset.from && String(total) === this.dataset.total)) return;
        const here = new URL(location.href);
        for (const name of ["code", "returned", "way", "failed", "said"]) here.searchParams.delete(name);
        location.replace(here);
      } catch {
        // The next look will tell.
      }
    }
  },
);
