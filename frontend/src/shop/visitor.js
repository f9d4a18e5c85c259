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

/** Asks at once when goods are there where the visitor last asked for (`/p/…/delivery`). */
function ship() {
  const form = document.querySelector("form[data-ship]");
  const to = form?.elements.province;
  const code = cookie("zg_province");
  if (!code || !to || to.value) return;
  to.value = decodeURIComponent(code);
  if (to.value) form.requestSubmit();
}

fill();
ship();
addEventListener("zg:swapped", ship);
addEventListener("pageshow", fill);
addEventListener("zg:swapped", fill);
