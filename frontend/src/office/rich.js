/** `<zg-rich>`: a text area of HTML as a text one sees; the area stays, and is what is sent. Nothing but plain structure,
    and what `data-also` names (tags): that stays where it was there already. */
import { t } from "../elements/words.js";

const KEEP = new Set(["P", "H2", "H3", "H4", "UL", "OL", "LI", "A", "B", "STRONG", "I", "EM", "BR", "IMG", "BLOCKQUOTE", "FIGURE", "FIGCAPTION", "HR", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD"]);
const BUTTONS = [
  ["bold", "B", () => t("粗体", "Bold")],
  ["italic", "I", () => t("斜体", "Italic")],
  ["formatBlock:h2", "H2", () => t("大标题 H2", "Heading H2")],
  ["formatBlock:h3", "H3", () => t("小标题 H3", "Smaller heading H3")],
  ["formatBlock:p", "¶", () => t("正文", "Paragraph")],
  ["insertUnorderedList", "•", () => t("列表", "List")],
  ["insertOrderedList", "1.", () => t("编号列表 1.", "Numbered list 1.")],
  ["formatBlock:blockquote", "❝", () => t("引用", "Quotation")],
  ["link", "🔗", () => t("链接", "Link")],
];

const NAMES = new Set(["href", "src", "alt", "title", "width", "height", "colspan", "rowspan", "controls", "poster", "type"]);

function clean(node, also) {
  for (const child of [...node.children]) {
    clean(child, also);
    if (!KEEP.has(child.tagName) && !also.has(child.tagName)) child.replaceWith(...child.childNodes);
    else for (const { name } of [...child.attributes]) if (!NAMES.has(name)) child.removeAttribute(name);
  }
}

customElements.define(
  "zg-rich",
  class extends HTMLElement {
    connectedCallback() {
      this.area = this.querySelector("textarea");
      if (this.area.disabled || this.area.closest("fieldset:disabled")) return;
      this.also = new Set((this.dataset.also ?? "").toUpperCase().split(" "));
      this.sheet = Object.assign(document.createElement("div"), { className: "rich-sheet prose input", contentEditable: "true" });
      this.sheet.setAttribute("role", "textbox");
      this.sheet.setAttribute("aria-multiline", "true");
      this.sheet.setAttribute("aria-label", this.dataset.label);
      this.sheet.lang = this.area.lang;
      this.load();
      this.sheet.addEventListener("input", () => this.store());
      this.sheet.addEventListener("paste", (event) => this.paste(event));
      this.area.addEventListener("input", (event) => event.isTrusted && this.load());
      this.area.before(this.bar(), this.sheet);
      this.area.hidden = true;
      document.execCommand("defaultParagraphSeparator", false, "p");
      this.area.labels?.forEach((label) => label.addEventListener("click", () => this.sheet.focus()));
    }

    /** Parsed apart from the page, so that nothing in it runs. */
    parse(html, also = this.also) {
      const { body } = new DOMParser().parseFromString(html, "text/html");
      clean(body, also);
      return body;
    }

    load() {
      this.sheet.replaceChildren(...this.parse(this.area.value).childNodes);
    }

    store() {
      const copy = this.sheet.cloneNode(true);
      clean(copy, this.also);
      const bare = !copy.textContent.trim() && !copy.querySelector(["img", "hr", ...this.also].filter(Boolean).join());
      if (bare && copy.querySelector("figure, table")) this.begin();
      this.area.value = bare ? "" : copy.innerHTML;
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
    }

    /** Whoever takes everything away is left in the frame of the first picture: a paragraph is where one writes. */
    begin() {
      const first = document.createElement("p");
      first.append(document.createElement("br"));
      this.sheet.replaceChildren(first);
      getSelection().collapse(first, 0);
    }

    paste(event) {
      event.preventDefault();
      const html = event.clipboardData.getData("text/html");
      const text = event.clipboardData.getData("text/plain");
      if (html) document.execCommand("insertHTML", false, this.parse(html, new Set()).innerHTML);
      else document.execCommand("insertText", false, text);
    }

    bar() {
      const bar = Object.assign(document.createElement("div"), { className: "rich-bar" });
      bar.setAttribute("role", "toolbar");
      bar.setAttribute("aria-label", this.dataset.label);
      for (const [command, sign, words] of BUTTONS) bar.append(this.button(sign, words(), () => this.run(command)));
      const code = this.button("</>", t("查看源代码", "Show the HTML"), () => {
        this.area.hidden = !this.area.hidden;
        this.sheet.hidden = !this.area.hidden;
        code.setAttribute("aria-pressed", String(!this.area.hidden));
        if (this.area.hidden) this.load();
      });
      bar.append(code);
      return bar;
    }

    button(sign, words, act) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "rich-button", textContent: sign, title: words });
      button.setAttribute("aria-label", words);
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", act);
      return button;
    }

    run(command) {
      this.sheet.focus();
      const [name, value] = command.split(":");
      if (name === "link") {
        const href = prompt(t("链接地址（以 / 或 https:// 开头）", "Address (begins with / or https://)"), "/");
        if (href && /^(\/(?!\/)|https?:\/\/)/.test(href)) document.execCommand("createLink", false, href);
      } else document.execCommand(name, false, value);
      this.store();
    }
  },
);
