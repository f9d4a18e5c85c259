/** Short news at the foot of the page. Servers may send some with the page (`.toast`), scripts call `toast()`. */
import { t } from "./words.js";

const STAYS = 6000;

function region() {
  let found = document.querySelector(".toasts");
  if (!found) {
    found = document.createElement("div");
    found.className = "toasts";
    found.setAttribute("role", "status");
    found.setAttribute("aria-live", "polite");
    document.body.append(found);
  }
  return found;
}

function leaveLater(element, stays = STAYS) {
  let timer;
  const leave = () => {
    element.dataset.leaving = "";
    setTimeout(() => element.remove(), 250);
  };
  const wait = () => (timer = setTimeout(leave, stays));
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("pointerleave", wait);
  element.addEventListener("focusin", () => clearTimeout(timer));
  wait();
}

/** Show `text`; `tone` is neutral, good or bad. A `link` ({ text, href }) or an `action` ({ text, run }) stands beside it. */
export function toast(text, { tone = "neutral", link, action } = {}) {
  const element = document.createElement("div");
  element.className = `toast toast-${tone}`;
  element.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (link) element.append(Object.assign(document.createElement("a"), { textContent: link.text, href: link.href }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: action.text });
    button.addEventListener("click", () => {
      element.remove();
      action.run();
    });
    element.append(button);
  }
  region().append(element);
  leaveLater(element, tone === "bad" ? STAYS * 2 : STAYS);
}

export const failed = () =>
  toast(t("没有成功，请检查网络后再试", "That did not work; check the connection and try again"), { tone: "bad" });

for (const element of document.querySelectorAll(".toast")) leaveLater(element, STAYS * 1.5);
addEventListener("zg:toast", ({ detail }) => toast(detail.text, detail));
