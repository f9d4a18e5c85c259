/** What was looked at lately (kept in this browser by visit.js), as a row of tiles where `data-seen-list` stands. */
const LEAST = 2;

async function show(place) {
  let seen = [];
  try {
    seen = JSON.parse(localStorage.getItem("zg_seen") ?? "[]");
  } catch {
    return;
  }
  const here = Number(document.querySelector("zg-visit")?.dataset.seen ?? 0);
  const ids = seen.filter((id) => Number.isSafeInteger(id) && id !== here);
  if (ids.length < LEAST) return;
  const answer = await fetch(`/seen?ids=${ids.join(",")}`);
  if (!answer.ok) return;
  place.innerHTML = await answer.text();
  place.hidden = !place.querySelector(".tile");
}

for (const place of document.querySelectorAll("[data-seen-list]")) {
  const near = new IntersectionObserver(([entry]) => entry.isIntersecting && (near.disconnect(), show(place).catch(() => {})), {
    rootMargin: "400px",
  });
  // A hidden place is never near: what stands before it tells.
  near.observe(place.previousElementSibling ?? place.parentElement);
}
