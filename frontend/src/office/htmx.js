/** htmx, without evaluated words, and with something said when a request fails. Refused forms (422) are shown. */
import htmx from "htmx.org";

import { awake, ready } from "../elements/forms.js";
import { failed, toast } from "../elements/toast.js";
import { t } from "../elements/words.js";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  timeout: 30_000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

const WORDS = {
  403: () => t("您没有权限做这个操作", "You are not allowed to do this"),
  404: () => t("它已不存在", "It is no longer there"),
  409: () => t("内容已被他人修改，请刷新后再试", "It has changed meanwhile; reload and try again"),
  429: () => t("请求太频繁，请稍后再试", "Too many requests; try again later"),
};

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) return; // shell.js says where to sign in without losing the page
  const words = WORDS[detail.xhr.status];
  if (words) toast(words(), { tone: "bad" });
  else failed();
});
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.elt.form && ready(detail.elt.form));
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.elt.matches("form") && ready(detail.elt));
document.addEventListener("htmx:afterSwap", ({ detail }) => awake(detail.target));
