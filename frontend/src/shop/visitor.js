/** Fills what belongs to one visitor into pages that are the same for all: the count in the cart, the name, own prices. */
const cookie = (name) => document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);

function fill() {
  const units = Number(cookie("zg_count")) || 0;
  for (const mark of document.querySelectorAll("[data-cart-count]")) {
    mark.textContent = units > 99 ? "99+" : String(units);
    mark.hidden = !units;
  }
  const name = cookie("zg_name");
  for (const mark of document.querySelectorAll("[data-member-name]")) if (name) mark.textContent = decodeURIComponent(name);
  if (name) for (const place of document.querySelectorAll("[data-mine][hidden]")) show(place).catch(() => {});
}

/** A price only the signed-in member has (`/p/…/mine`); nothing where it is everybody's. */
async function show(place) {
  const answer = await fetch(place.dataset.mine, { headers: { Accept: "text/html" } });
  if (answer.status !== 200) return;
  place.innerHTML = await answer.text();
  place.hidden = false;
}

fill();
addEventListener("pageshow", fill);
addEventListener("zg:swapped", fill);
