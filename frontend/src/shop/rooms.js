/** On a phone the member's rooms stand in one row: the one entered is moved to where it is seen. */
const menu = document.querySelector(".account-menu");
const here = menu?.querySelector("[aria-current]");
if (here) menu.scrollLeft = here.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;
