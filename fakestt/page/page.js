// The page itself: the list of tests, and the chart of the one that is opened.

const byId = (id) => document.getElementById(id);
const tests = JSON.parse(byId("index").textContent);
const SVG = "http://www.w3.org/2000/svg";

// Texts are set as texts and never parsed, so nothing in a name can do anything.
function node(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "role" || name === "for") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}
function shape(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// Dark and light

const remembered = {
  get() { try { return localStorage.getItem("fakestt-theme"); } catch { return null; } },
  set(value) { try { localStorage.setItem("fakestt-theme", value); } catch { /* a file need not have a storage */ } },
};
const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
if (remembered.get()) document.documentElement.dataset.theme = remembered.get();
byId("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  remembered.set(document.documentElement.dataset.theme);
});

// The list of tests

const OUTCOMES = ["failed", "error", "xpassed", "passed", "xfailed", "skipped"];
const MOST_LISTED = 500;
const wanted = new Set();
let listed = MOST_LISTED;

function drawList() {
  const found = chosen(tests, byId("search").value, wanted);
  const lines = found.slice(0, listed).map((test) => node(
    "li", {},
    node(
      "a", { href: `#${test.number}`, className: `outcome-${test.outcome}`, title: test.name },
      node("span", { className: "outcome" }, test.outcome),
      node("span", { className: "name" }, ...namedParts(test.name)),
      node("span", { className: "facts" }, `${test.requests} request${test.requests === 1 ? "" : "s"} in ${lengthText(test.lasted_s)}`),
    ),
  ));
  byId("tests").replaceChildren(...lines);
  byId("found").textContent = found.length === tests.length ? "" : `${found.length} of ${tests.length} tests`;
  byId("more").hidden = found.length <= listed;
  byId("more").textContent = `show ${found.length - listed} more`;
  markOpened();
}
// The file in small, the name of the test in full.
function namedParts(name) {
  const cut = name.indexOf("::");
  return cut < 0 ? [name] : [node("small", {}, name.slice(0, cut)), name.slice(cut + 2)];
}
function drawOutcomes() {
  const counts = new Map();
  for (const test of tests) counts.set(test.outcome, (counts.get(test.outcome) ?? 0) + 1);
  const buttons = OUTCOMES.filter((one) => counts.has(one)).map((one) => {
    const button = node("button", { type: "button", className: `outcome-${one}`, "aria-pressed": "false" }, `${counts.get(one)} ${one}`);
    button.addEventListener("click", () => {
      if (!wanted.delete(one)) wanted.add(one);
      button.setAttribute("aria-pressed", String(wanted.has(one)));
      drawList();
    });
    return button;
  });
  byId("outcomes").replaceChildren(...buttons);
}
function markOpened() {
  for (const link of document.querySelectorAll("#tests a")) {
    if (link.hash === location.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
byId("search").addEventListener("input", () => { listed = MOST_LISTED; drawList(); });
byId("more").addEventListener("click", () => { listed = Infinity; drawList(); });

// A test

async function dataOf(number) {
  const bytes = Uint8Array.from(atob(byId(`data-${number}`).textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

async function open() {
  const number = location.hash.slice(1);
  const test = /^\d+$/.test(number) ? tests[number] : undefined;
  document.body.classList.toggle("opened", test !== undefined);
  markOpened();
  if (test === undefined) {
    byId("test").replaceChildren(node("p", { className: "hint" }, tests.length ? "Choose a test." : "No test had a fake."));
    return;
  }
  let data;
  try {
    data = await dataOf(number);
  } catch (error) {
    data = [{ name: "this page", problem: `its data can't be read here: ${error}` }];
  }
  if (location.hash.slice(1) !== number) return; // another test was chosen meanwhile
  const back = node("a", { href: "#", className: "back" }, "← tests");
  const title = node("h2", { tabIndex: -1 }, node("span", { className: `outcome outcome-${test.outcome}` }, test.outcome), ...namedParts(test.name));
  const message = test.message ? node("pre", { className: "message" }, test.message) : null;
  byId("test").replaceChildren(...[back, title, message].filter(Boolean));
  // Each is in the document before it is drawn: it has a width then.
  if (data.explored) new Explored(data, byId("test"));
  else for (const fake of data) new Fake(fake, byId("test"));
  scrollTo(0, 0);
  byId("test").scrollTop = 0;
}
addEventListener("hashchange", open);

// Keys for the whole page

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target === byId("search");
  if (event.key === "/" && !isTyping) {
    event.preventDefault();
    if (document.body.classList.contains("opened")) location.hash = "";
    byId("search").focus();
  } else if (event.key === "Escape") {
    const link = document.querySelector("#tests a[aria-current]");
    location.hash = "";
    (link ?? byId("search")).focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest?.("#list")) {
    const links = [...document.querySelectorAll("#tests a")];
    const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (at < -1 || !links.length) return;
    event.preventDefault();
    (links[at] ?? (at < 0 ? byId("search") : links.at(-1))).focus();
  }
});

drawOutcomes();
drawList();
open();
