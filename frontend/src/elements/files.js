/** `<zg-files>`: shows what was chosen, and takes single files out again. `data-most` on the input: bytes all may have together. */
import { t } from "./words.js";

customElements.define(
  "zg-files",
  class extends HTMLElement {
    connectedCallback() {
      this.input = this.querySelector("input[type=file]");
      this.list = this.querySelector("[data-list]");
      const drop = this.querySelector(".drop");
      this.input.addEventListener("change", () => this.show());
      for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]])
        drop.addEventListener(name, () => drop.toggleAttribute("data-over", over));
    }

    show() {
      const most = Number(this.input.dataset.most);
      const size = [...this.input.files].reduce((sum, file) => sum + file.size, 0);
      const mb = (bytes) => Math.ceil(bytes / 1048576);
      this.input.setCustomValidity(
        most && size > most
          ? t(`文件合计 ${mb(size)} MB，超过上限 ${mb(most)} MB`, `${mb(size)} MB together; ${mb(most)} MB is the limit`)
          : "",
      );
      if (!this.input.checkValidity() && size) this.input.reportValidity();
      this.list.replaceChildren(...[...this.input.files].map((file, i) => this.item(file, i)));
    }

    item(file, index) {
      const item = document.createElement("div");
      item.className = "drop-item";
      if (/^image\/(png|jpe?g|webp|gif|avif)$/.test(file.type)) {
        const picture = document.createElement("img");
        picture.alt = "";
        picture.src = URL.createObjectURL(file);
        picture.onload = picture.onerror = () => URL.revokeObjectURL(picture.src);
        item.append(picture);
      } else {
        const sign = document.createElement("div");
        sign.className = "drop-file";
        sign.textContent = file.name.split(".").pop().toUpperCase().slice(0, 5);
        item.append(sign);
      }
      item.append(Object.assign(document.createElement("span"), { textContent: file.name, title: file.name }));
      const out = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      out.setAttribute("aria-label", t(`移除 ${file.name}`, `Remove ${file.name}`));
      out.addEventListener("click", () => this.remove(index));
      item.append(out);
      return item;
    }

    remove(index) {
      const kept = new DataTransfer();
      [...this.input.files].forEach((file, i) => i !== index && kept.items.add(file));
      this.input.files = kept.files;
      this.show();
      this.input.focus();
    }
  },
);
