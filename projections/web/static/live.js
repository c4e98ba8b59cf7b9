// Follows the log: when something was recorded, the page is fetched again and what differs is put in its place.
//
// The page is whole without this. Nothing moves while the reader pauses it, and what has the focus is never replaced.
"use strict";

const EVERY_MS = 5000;
const own = document.currentScript;
const state = { paused: false, waiting: false, last: 0, timer: null };

const bar = document.createElement("p");
bar.className = "follow small";
const said = document.createElement("span");
said.setAttribute("role", "status");
const button = document.createElement("button");
button.type = "button";
bar.append(said, " ", button);

function show() {
  said.textContent = state.paused ? own.dataset.paused : own.dataset.live;
  button.textContent = state.paused ? own.dataset.goOn : own.dataset.pause;
}

function main() {
  const found = document.querySelector("main");
  return found.querySelector(":scope > .wrap") ?? found;
}

/** Put the parts of the fetched page that differ in place of those shown. */
function replace(fetched) {
  const into = main();
  const from = fetched.querySelector("main > .wrap") ?? fetched.querySelector("main");
  const shown = [...into.children].filter((part) => part !== bar);
  const fresh = [...from.children];
  for (const [place, part] of fresh.entries()) {
    const old = shown[place];
    const copy = document.importNode(part, true);
    if (old === undefined) into.append(copy);
    else if (old.outerHTML !== part.outerHTML && !old.contains(document.activeElement)) old.replaceWith(copy);
  }
  for (const old of shown.slice(fresh.length)) if (!old.contains(document.activeElement)) old.remove();
  const [bars, fetchedBar] = [document.querySelector(".stand"), fetched.querySelector(".stand")];
  if (bars && fetchedBar && !bars.contains(document.activeElement)) bars.replaceWith(document.importNode(fetchedBar, true));
}

async function refresh() {
  state.timer = null;
  state.last = Date.now();
  state.waiting = false;
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
  if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

function soon() {
  state.waiting = true;
  if (state.paused || state.timer !== null) return;
  state.timer = setTimeout(() => refresh().catch(() => {}), Math.max(0, state.last + EVERY_MS - Date.now()));
}

button.addEventListener("click", () => {
  state.paused = !state.paused;
  show();
  if (!state.paused && state.waiting) soon();
});
show();
main().append(bar);
const source = new EventSource(own.dataset.stream);
source.addEventListener("recorded", soon);
addEventListener("pagehide", () => source.close());
