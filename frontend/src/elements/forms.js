/**
 * Forms: one submission at a time, a question before what cannot be undone (`data-confirm`), a warning before leaving
 * unsaved work (`data-guard`), passwords shown on request, and the first mistake in focus.
 */
import { t } from "./words.js";

const AGAIN = 8000; // milliseconds until a form that did not lead anywhere may be sent again
const changed = new WeakSet();

function busy(form, button) {
  form.dataset.sent = "";
  // The button's own name and value belong to the submission, so it is disabled only afterwards.
  setTimeout(() => {
    button?.toggleAttribute("data-busy", true);
    for (const each of form.querySelectorAll("button[type=submit], button:not([type])")) each.disabled = true;
  });
  setTimeout(() => ready(form), AGAIN);
}

/** The form may be sent again. */
export function ready(form) {
  if (!("sent" in form.dataset)) return;
  delete form.dataset.sent;
  for (const each of form.querySelectorAll("button[type=submit], button:not([type])")) {
    each.disabled = false;
    each.removeAttribute("data-busy");
  }
}

function ask(question, then) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const body = document.createElement("div");
  body.className = "dialog-body";
  body.style.paddingTop = "1.5rem";
  const words = Object.assign(document.createElement("p"), { textContent: question });
  const row = document.createElement("div");
  row.className = "form-actions";
  row.style.cssText = "margin-top:1.25rem;justify-content:flex-end";
  const no = Object.assign(document.createElement("button"), { className: "btn btn-secondary", type: "button", textContent: t("取消", "Cancel") });
  const yes = Object.assign(document.createElement("button"), { className: "btn btn-primary", type: "button", textContent: t("确定", "Confirm") });
  row.append(no, yes);
  body.append(words, row);
  dialog.append(body);
  document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    dialog.close();
    then();
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  no.focus();
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const button = event.submitter;
    const question = button?.dataset.confirm ?? form.dataset.confirm;
    if ("sent" in form.dataset) {
      event.preventDefault();
      event.stopPropagation();
    } else if (question && !("sure" in form.dataset)) {
      event.preventDefault();
      event.stopPropagation();
      ask(question, () => {
        // A page that follows something may have put a fresh form in its place meanwhile; only one that is in it submits.
        if (!form.isConnected) {
          form.hidden = true;
          document.body.append(form);
        }
        form.dataset.sure = "";
        form.requestSubmit(button);
        delete form.dataset.sure;
      });
    }
  },
  true,
);

document.addEventListener("submit", (event) => {
  const form = event.target;
  changed.delete(form);
  const elsewhere = (event.submitter?.formTarget || form.target) === "_blank";
  if (!event.defaultPrevented && form.method === "post" && !elsewhere && !("repeatable" in form.dataset)) busy(form, event.submitter);
});

document.addEventListener("input", ({ target }) => target.form?.matches("[data-guard]") && changed.add(target.form));
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-autosubmit]")) target.form?.requestSubmit();
});
document.addEventListener("click", ({ target }) => {
  const peek = target.closest("[data-peek]");
  if (!peek) return;
  const input = document.getElementById(peek.dataset.peek);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  peek.setAttribute("aria-pressed", String(!shown));
});

addEventListener("beforeunload", (event) => {
  for (const form of document.querySelectorAll("form[data-guard]")) if (changed.has(form)) event.preventDefault();
});
// Back from the page the form led to.
addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form[data-sent]").forEach(ready));

export function awake(root) {
  for (const peek of root.querySelectorAll("[data-peek]")) peek.hidden = false;
  const first = root.querySelector("[data-focus]") ?? root.querySelector("[aria-invalid=true]");
  first?.focus();
}
awake(document);
