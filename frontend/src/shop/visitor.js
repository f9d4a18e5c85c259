/** Fills what belongs to one visitor into pages that are the same for all: the count in the cart, the name. */
const cookie = (name) => document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);

function fill() {
  const units = Number(cookie("zg_count")) || 0;
  for (const mark of document.querySelectorAll("[data-cart-count]")) {
    mark.textContent = units > 99 ? "99+" : String(units);
    mark.hidden = !units;
  }
  const name = cookie("zg_name");
  for (const mark of document.querySelectorAll("[data-member-name]")) if (name) mark.textContent = decodeURIComponent(name);
}

fill();
addEventListener("pageshow", fill);
addEventListener("zg:swapped", fill);
