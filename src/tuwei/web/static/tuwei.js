// The little script of the site; everything also works without it.
"use strict";
// The menu stands open on wide screens (a details element is closed by default).
const wide = window.matchMedia("(min-width: 768px)");
const menu = document.getElementById("menu");
if (menu) { const set = () => { menu.open = wide.matches; }; wide.addEventListener("change", set); set(); }
// Fragments swapped in after an error answer too: they hold the sentence that says what is wrong.
document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.xhr.status >= 400) { event.detail.shouldSwap = true; event.detail.isError = false; } });
// Boxes that stand open on wide screens; buttons that print. Again after htmx has put new ones in.
function dress(root) {
  for (const box of root.querySelectorAll("details.wide-open")) box.open = wide.matches;
  for (const button of root.querySelectorAll("[data-print]")) button.hidden = false;
}
dress(document);
document.addEventListener("htmx:afterSettle", (event) => dress(event.detail.elt.parentElement || document));
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
// A menu of the header closes by Escape and when one clicks elsewhere.
const subs = document.querySelectorAll(".tuwei-sub");
document.addEventListener("click", (event) => { for (const sub of subs) if (!sub.contains(event.target)) sub.open = false; });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const sub of subs) if (sub.open) { sub.open = false; sub.querySelector("summary").focus(); }
});
