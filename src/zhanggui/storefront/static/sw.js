/**
 * The shop without a connection: pages come from the network, and when there is none, a page that says so. Built files
 * carry the digest of their content in their names, so what was fetched once is never asked for again.
 */
const CACHE = "shop-1";
const OFFLINE = "/offline";

self.addEventListener("install", (event) => {
  event.waitUntil(prepare().then(() => self.skipWaiting()));
});

async function prepare() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(OFFLINE, { credentials: "omit" });
  const files = [...(await answer.clone().text()).matchAll(/"(\/assets\/[\w.-]+)"/g)].map((found) => found[1]);
  await Promise.all([cache.put(OFFLINE, answer), cache.addAll([...new Set(files)])]);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && !url.pathname.startsWith("/office")) {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});
