/** One of a pair, in the language of the page. */
export const t = (zh, en) => (document.documentElement.lang.startsWith("en") ? en : zh);
