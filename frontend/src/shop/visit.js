/**
 * `<zg-visit data-kind data-ref>`: tells the shop that a page was looked at, and for how long. Two random words of our own,
 * nothing about the person; whoever asks not to be followed is not counted. `data-seen` keeps the last products looked at,
 * in this browser only.
 */
const BEAT = 15_000;
const REST = 30 * 60_000;
const SEEN = 12;

const word = () => crypto.getRandomValues(new Uint32Array(4)).reduce((text, n) => text + n.toString(36), "");

/** A word kept in a store of the browser; where there is none, one for this page. */
function kept(store, name, fresh = false) {
  try {
    const found = !fresh && store.getItem(name);
    if (found) return found;
    const made = word();
    store.setItem(name, made);
    return made;
  } catch {
    return word();
  }
}

/** The word of this visit: another one after half an hour of rest. */
function visit() {
  let last = 0;
  try {
    last = Number(localStorage.getItem("zg_last"));
    localStorage.setItem("zg_last", String(Date.now()));
  } catch {
    // no store: every page is a visit
  }
  return kept(localStorage, "zg_session", Date.now() - last > REST);
}

function remember(id) {
  try {
    const seen = JSON.parse(localStorage.getItem("zg_seen") ?? "[]").filter((each) => each !== id);
    localStorage.setItem("zg_seen", JSON.stringify([id, ...seen].slice(0, SEEN)));
  } catch {
    // nothing is remembered
  }
}

customElements.define(
  "zg-visit",
  class extends HTMLElement {
    connectedCallback() {
      if (this.dataset.seen) remember(Number(this.dataset.seen));
      if (navigator.globalPrivacyControl || navigator.doNotTrack === "1" || this.running) return;
      this.running = true;
      const tagged = new URLSearchParams(location.search);
      this.view = {
        view: word(),
        visitor: kept(localStorage, "zg_visitor"),
        session: visit(),
        kind: this.dataset.kind,
        ref: (this.dataset.ref ?? "").slice(0, 200),
        referrer: document.referrer.slice(0, 2000),
        utm_source: (tagged.get("utm_source") ?? "").slice(0, 200),
        utm_medium: (tagged.get("utm_medium") ?? "").slice(0, 200),
      };
      this.looked = 0;
      this.since = performance.now();
      this.tell();
      this.timer = setInterval(() => document.hidden || this.tell(), BEAT);
      document.addEventListener("visibilitychange", () => (document.hidden ? this.tell() : (this.since = performance.now())));
    }

    disconnectedCallback() {
      clearInterval(this.timer);
    }

    tell() {
      const now = performance.now();
      this.looked += now - this.since;
      this.since = now;
      const event = { ...this.view, seconds: Math.min(Math.round(this.looked / 1000), 86_400) };
      fetch("/api/store/v1/events", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ events: [event] }),
        keepalive: true,
      }).catch(() => {});
    }
  },
);

if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
