"use strict";
// What is shown is one object, written to and read from the address, so that a link shares it.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const lessons = all(".lesson");
const keys = [...new Set(all(".head").map((head) => head.dataset.column))];
const names = Object.fromEntries(all(".head").map((head) => [head.dataset.column, head.querySelector("b").textContent.trim()]));
const phone = matchMedia("(max-width: 48rem)");
const state = read(new URLSearchParams(location.search));

function read(query) {
  const known = (name) => [...new Set(query.getAll(name))].filter((key) => keys.includes(key));
  const shown = known("column");
  const diff = known("diff");
  const names = lessons.map((lesson) => lesson.dataset.lesson);
  const target = fragment().split("/")[0];
  return {
    order: [...shown, ...keys.filter((key) => !shown.includes(key))],
    hidden: new Set(shown.length ? keys.filter((key) => !shown.includes(key)) : []),
    fold: query.get("fold") === "1",
    diff: diff.length === 2 ? diff : null,
    lesson: [target, query.get("lesson")].find((name) => names.includes(name)) ?? names[0],
    tab: known("tab")[0] ?? null,
  };
}

// The cell that the address points to. This way of decoding takes anything.
function fragment() {
  return new URLSearchParams("cell=" + location.hash.slice(1)).get("cell");
}

function write() {
  const query = new URLSearchParams();
  const shown = state.order.filter((key) => !state.hidden.has(key));
  if (state.lesson !== lessons[0].dataset.lesson) query.append("lesson", state.lesson);
  if (shown.join(" ") !== keys.join(" ")) shown.forEach((key) => query.append("column", key));
  if (state.fold) query.append("fold", "1");
  if (state.diff) state.diff.forEach((key) => query.append("diff", key));
  if (state.tab) query.append("tab", state.tab);
  const search = query.toString();
  const hash = fragment().startsWith(state.lesson + "/") ? location.hash : "";
  history.replaceState(null, "", location.pathname + (search && "?" + search) + hash);
}

function button(text, attributes) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function selectTab(tabs, isSelected) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", isSelected(tab));
    tab.tabIndex = isSelected(tab) ? 0 : -1;
  }
}

// The columns that are on the page, in their order.
function visible() {
  return state.diff ?? state.order.filter((key) => !state.hidden.has(key));
}

function show(message = "") {
  const focused = document.activeElement;
  const shown = visible();
  const tab = shown.includes(state.tab) ? state.tab : shown[0];
  for (const lesson of lessons) lesson.hidden = lesson.dataset.lesson !== state.lesson;
  selectTab(all(".lessons button"), (tab) => tab.dataset.lesson === state.lesson);
  for (const columns of all(".columns")) {
    const children = all(":scope > [data-column]", columns);
    const place = (element) => (shown.indexOf(element.dataset.column) + 1 || Infinity);
    children.sort((a, b) => place(a) - place(b)).forEach((element) => columns.append(element));
  }
  for (const element of all("[data-column]")) {
    element.toggleAttribute("hidden", !shown.includes(element.dataset.column));
    element.classList.toggle("behind", element.matches(".head, .cell") && element.dataset.column !== tab);
  }
  for (const toggle of all(".shown button")) toggle.setAttribute("aria-pressed", shown.includes(toggle.dataset.key));
  for (const move of all("[data-move]")) {
    const at = shown.indexOf(move.closest(".head").dataset.column) + Number(move.dataset.move);
    move.setAttribute("aria-disabled", at < 0 || at >= shown.length);
  }
  for (const element of all("[data-differs]")) {
    element.classList.toggle("differs", element.dataset.differs.split(" ").some((key) => shown.includes(key)));
  }
  for (const row of all(".row")) {
    const note = row.querySelector(".differs-note");
    if (note) note.hidden = !row.querySelector("[data-column]:not([hidden]) .differs");
  }
  const tabs = document.querySelector(".phone");
  tabs.replaceChildren(...shown.map((key) => button(names[key], { role: "tab", id: "column-" + key, "data-key": key, "aria-controls": "rows-" + state.lesson })));
  selectTab(all("button", tabs), (element) => element.dataset.key === tab);
  for (const rows of all(".rows")) {
    rows.id = "rows-" + rows.parentElement.dataset.lesson;
    rows.setAttribute("role", phone.matches ? "tabpanel" : "group");
    rows.setAttribute("aria-label", phone.matches ? names[tab] : "cells");
  }
  const changed = diff();
  byId("diff").setAttribute("aria-pressed", Boolean(state.diff));
  byId("status").textContent = message + (state.diff ? ` ${changed} cells differ in code` : "");
  if (focused?.dataset.key && !focused.isConnected) byId(focused.id)?.focus();
  else if (focused?.isConnected) focused.focus({ preventScroll: true });
  write();
}

function fold() {
  byId("fold").setAttribute("aria-pressed", state.fold);
  for (const toggle of all(".toggle")) unfold(toggle, !state.fold);
}

function unfold(toggle, isOpen) {
  toggle.setAttribute("aria-expanded", isOpen);
  toggle.closest(".row").classList.toggle("folded", !isOpen);
}

function diff() {
  all(".line.gap").forEach((line) => line.remove());
  all(".removed, .added").forEach((line) => line.classList.remove("removed", "added"));
  document.body.classList.toggle("diffing", Boolean(state.diff));
  if (!state.diff) return 0;
  let changed = 0;
  for (const row of all(".lesson:not([hidden]) .row.has-code")) {
    const [a, b] = all(".cell:not([hidden])", row).map((cell) => all(".code .line", cell));
    if (mark(a, b)) changed += 1;
  }
  return changed;
}

// The longest common subsequence of lines stays; what is left over on both sides stands side by side.
function mark(a, b) {
  const text = (line) => line.textContent;
  const same = (i, j) => text(a[i]) === text(b[j]);
  const best = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i][j] = same(i, j) ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    }
  }
  let [i, j, marked] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const removed = [], added = [];
    while (i < a.length && j < b.length && same(i, j)) { i++; j++; }
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && same(i, j))) {
      if (j === b.length || (i < a.length && best[i + 1][j] >= best[i][j + 1])) removed.push(a[i++]);
      else added.push(b[j++]);
    }
    removed.forEach((line) => line.classList.add("removed"));
    added.forEach((line) => line.classList.add("added"));
    pad(removed, added, i, a);
    pad(added, removed, j, b);
    marked += removed.length + added.length;
  }
  return marked > 0;
}

// Give the side with fewer lines as many empty ones before line `end`.
function pad(few, many, end, lines) {
  const before = lines[end] ?? null;
  const parent = lines[0]?.parentElement;
  for (let n = few.length; parent && n < many.length; n++) {
    const gap = document.createElement("span");
    gap.className = "line gap";
    parent.insertBefore(gap, before);
  }
}

function hide(key) {
  const left = visible().filter((other) => other !== key);
  if (state.hidden.delete(key)) return show(`${names[key]} is shown`);
  if (!left.length) return show(`${names[key]} is the only column`);
  state.hidden.add(key);
  show(`${names[key]} is hidden`);
}

function move(key, by) {
  const shown = visible();
  const other = shown[shown.indexOf(key) + by];
  if (!other) return;
  const [i, j] = [state.order.indexOf(key), state.order.indexOf(other)];
  if (state.diff) state.diff.reverse();
  else [state.order[i], state.order[j]] = [other, key];
  show(`${names[key]} moved ${by < 0 ? "left" : "right"}`);
}

function chooseDiff(on) {
  const [from, to] = [byId("diff-from").value, byId("diff-to").value];
  state.diff = on && from !== to ? [from, to] : null;
  show(on && from === to ? "choose two different columns" : "");
}

document.addEventListener("click", ({ target }) => {
  const pressed = target.closest("button");
  if (!pressed) return;
  const column = pressed.closest("[data-column]")?.dataset.column;
  if (pressed.dataset.move) move(column, Number(pressed.dataset.move));
  else if ("hide" in pressed.dataset) { state.diff = null; hide(column); }
  else if (pressed.closest(".shown")) { state.diff = null; hide(pressed.dataset.key); }
  else if (pressed.closest(".phone")) { state.tab = pressed.dataset.key; show(); }
  else if (pressed.dataset.lesson) { state.lesson = pressed.dataset.lesson; show(); }
  else if (pressed.matches(".toggle")) unfold(pressed, pressed.getAttribute("aria-expanded") === "false");
  else if (pressed.id === "fold") { state.fold = !state.fold; fold(); write(); }
  else if (pressed.id === "diff") chooseDiff(!state.diff);
  else if (pressed.id === "reset") {
    Object.assign(state, { order: [...keys], hidden: new Set(), fold: false, diff: null, tab: null });
    fold();
    show("all columns are shown");
  }
});

document.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const tab = event.target.closest("[role=tab]");
  if (!by || !tab) return;
  const tabs = all("[role=tab]", tab.parentElement);
  const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
  next.focus();
  next.click();
});

for (const key of keys) {
  document.querySelector(".shown").append(button(names[key], { "data-key": key, "aria-pressed": "true" }));
  for (const select of all("select")) select.append(new Option(names[key], key));
}
const [from, to] = state.diff ?? state.order;
byId("diff-from").value = from;
byId("diff-to").value = to ?? from;
for (const select of all("select")) select.addEventListener("change", () => chooseDiff(true));
document.querySelector(".comparison").hidden = keys.length < 2;
phone.addEventListener("change", () => show());
const bar = document.querySelector(".bar");
new ResizeObserver(() => document.documentElement.style.setProperty("--bar", bar.offsetHeight + "px")).observe(bar);
document.documentElement.classList.add("live");
fold();
show();
if (location.hash) byId(fragment())?.scrollIntoView();
