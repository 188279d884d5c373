// Sorting, filtering, copying and choosing. Without this script every table is complete and readable;
// with it, the address keeps what was done: #table=ID&find=TEXT&sort=COLUMN&down=1&row=NAME&column=NAME
"use strict";

const tables = [];
const stateOf = (table) => ({
  table,
  rows: [...table.tBodies[0].rows],
  order: [...table.tBodies[0].rows],
  kept: [...table.tBodies[0].rows],
  limit: Infinity,
  heads: [...table.tHead.rows[0].cells],
  sorts: !table.classList.contains("plain"),
  find: "",
  sort: -1,
  down: false,
  row: "",
  column: "",
});

const articles = [...document.querySelectorAll("article.page")];
const words = (element) => element.textContent.replace(/\s+/g, " ").trim();
const element = (tag, values) => Object.assign(document.createElement(tag), values);

// What is searched is made when the first letter is typed: a long page opens sooner.
function searched(state) {
  state.text ??= new Map(state.rows.map((row) => [row, typed([...row.cells].map((cell) => cell.textContent).join(" "))]));
  return state.text;
}

// As people type it: 2¹² is also 4096, 1,000 also 1000, and × also x.
const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function typed(text) {
  const plain = text.toLowerCase().replace(/(\d),(?=\d)/g, "$1").replaceAll("×", "x");
  const exponent = (digits) => Number([...digits].map((digit) => DIGITS.indexOf(digit)).join(""));
  const written = plain.replace(/(?<![\d.])2([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, digits) => String(2 ** exponent(digits)));
  return written === plain ? plain : `${plain} ${written}`;
}

// The column that a word names, if one does: its rows are those that have something there.
function named(state, word) {
  return state.heads.findIndex((head, index) => index > 0 && typed(words(head)).split(/[\s_]+/).includes(word));
}

function isEmpty(cell) {
  return cell.classList.contains("none") || words(cell) === "";
}

// A number, a text, or null where there is nothing.
function value(row, column) {
  const cell = row.cells[column];
  if (isEmpty(cell)) return null;
  const stated = cell.dataset.v;
  return stated === undefined || stated === "" ? words(cell) : Number(stated);
}

const collator = new Intl.Collator("en", { numeric: true });

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === typeof b) return collator.compare(a, b);
  return typeof a === "number" ? -1 : 1;
}

// A browser lays out some thousand rows at once without a pause. Of a longer table the first ones that
// match are in sight, and more come when the reader nears their end.
const WINDOW = 1000;

function arrange(state) {
  const wanted = typed(state.find).split(/\s+/).filter(Boolean);
  const text = wanted.length ? searched(state) : null;
  const columns = new Map(wanted.map((word) => [word, named(state, word)]));
  const has = (row, word) => text.get(row).includes(word) || (columns.get(word) > 0 && !isEmpty(row.cells[columns.get(word)]));
  const matches = (row) => (!text || wanted.every((word) => has(row, word))) && (!state.only || state.only(row));
  state.heads.forEach((head, index) => head.classList.toggle("named", [...columns.values()].includes(index)));
  state.kept = state.order.filter(matches);
  const seen = new Set(state.kept.length > 1.5 * WINDOW ? state.kept.slice(0, state.limit) : state.kept);
  for (const row of state.rows) if (row.hidden === seen.has(row)) row.hidden = !row.hidden;
  more(state, seen.size);
  if (!state.input) return;
  const all = state.rows.length;
  state.status.textContent = text || state.only ? `${state.kept.length} of ${all} rows` : `${all} rows`;
  state.input.value = state.find;
}

function filter(state) {
  state.limit = WINDOW;
  arrange(state);
}

function more(state, seen) {
  const left = state.kept.length - seen;
  if (left && !state.more) {
    state.more = element("button", { type: "button", className: "more" });
    state.more.addEventListener("click", () => {
      state.limit += WINDOW;
      arrange(state);
    });
    state.table.closest(".box").after(state.more);
    new IntersectionObserver(([entry]) => entry.isIntersecting && state.more.click(), { rootMargin: "800px" }).observe(state.more);
  }
  if (!state.more) return;
  state.more.hidden = !left;
  state.more.textContent = `Show more of the ${left} rows below`;
}

function sort(state) {
  state.order = [...state.rows];
  if (state.sort >= 0) {
    const keys = new Map(state.order.map((row) => [row, value(row, state.sort)]));
    const turn = state.down ? -1 : 1;
    state.order.sort((a, b) => {
      const [x, y] = [keys.get(a), keys.get(b)];
      return x === null || y === null ? (x === null) - (y === null) : turn * compare(x, y); // nothing comes last
    });
  }
  const body = state.table.tBodies[0];
  const place = body.nextSibling;
  body.remove(); // rows are moved ten times as fast outside of the page
  body.append(...state.order);
  state.table.insertBefore(body, place);
  filter(state);
  state.heads.forEach((head, index) => {
    if (index === state.sort) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
}

function keep(state) {
  const parts = new URLSearchParams({ table: state.table.id });
  if (state.find) parts.set("find", state.find);
  if (state.sort >= 0) parts.set("sort", state.sort);
  if (state.down) parts.set("down", "1");
  if (state.row) parts.set("row", state.row);
  if (state.column) parts.set("column", state.column);
  const changed = [...parts].length > 1;
  history.replaceState(null, "", changed ? `#${parts}` : location.pathname + location.search);
}

function restore() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const state = tables.find(({ table }) => table.id === parts.get("table"));
  if (state) {
    const column = Number(parts.get("sort") ?? -1);
    state.find = parts.get("find") ?? "";
    state.sort = Number.isInteger(column) && column < state.heads.length ? column : -1;
    state.down = parts.get("down") === "1";
    state.row = parts.get("row") ?? "";
    state.column = parts.get("column") ?? "";
    sort(state);
    const cell = choose(state);
    (cell ?? state.table).scrollIntoView({ block: cell ? "center" : "start" });
  }
  unfold(document.getElementById(address()));
}

// What the address points at; some browsers escape brackets in it.
function address() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return location.hash.slice(1);
  }
}

function unfold(target) {
  const row = target?.closest("tr");
  if (row) row.hidden = false;
  const details = target && (target.closest("details") ?? target.querySelector("details"));
  if (details) details.open = true;
}

// In one file the pages behind the first are packed: all are read at once, and those put in that are
// turned to.
let unpacking = null;

async function unpacked() {
  const text = document.getElementById("packed")?.content.textContent;
  if (!text) return [];
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).text()).split("\x1e");
}

async function put(id) {
  const pages = await (unpacking ??= unpacked());
  const quoted = element("p", { textContent: id }).innerHTML.replaceAll('"', "&#34;").replaceAll("'", "&#39;");
  const at = pages.findIndex((page) => page.includes(` id="${quoted}"`));
  if (at < 0) return;
  const template = document.createElement("template");
  template.innerHTML = pages[at];
  pages[at] = "";
  const article = template.content.querySelector("article");
  article.hidden = true;
  articles[0].parentElement.append(article);
  articles.push(article);
  enhance(article);
}

// In one file with all pages: the one that the address points into.
async function turn() {
  if (!articles.length) return;
  const parts = new URLSearchParams(location.hash.slice(1));
  const id = parts.get("table") ?? address();
  if (id && !document.getElementById(id)) {
    await put(id);
    if (document.getElementById(id)) location.replace(location.href); // so that it is the target
  }
  const target = document.getElementById(id);
  const shown = target?.closest("article.page") ?? articles[0];
  const turned = shown.hidden;
  for (const article of articles) article.hidden = article !== shown;
  for (const link of document.querySelectorAll("header.site nav a")) {
    if (link.hash === `#${shown.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const menu of document.querySelectorAll(".menu")) menu.open = false;
  if (target && target !== shown) target.scrollIntoView({ block: "start" });
  else if (turned) scrollTo(0, 0);
  if (turned) shown.focus({ preventScroll: true });
}

// The fewest first cells of a row that no other row has.
function labels(state) {
  for (let count = 1; !state.labels; count++) {
    const found = new Map(state.rows.map((row) => [row, [...row.cells].slice(0, count).map(told).join(" / ")]));
    if (count === 4 || new Set(found.values()).size === state.rows.length) state.labels = found;
  }
  return state.labels;
}

// The cell of a row and a column, by their headings.
function choose(state) {
  state.table.querySelector(".chosen")?.classList.remove("chosen");
  const row = state.row && state.rows.find((row) => labels(state).get(row) === state.row);
  const column = state.heads.findIndex((head) => words(head) === state.column);
  const cell = row && (row.cells[column] ?? row.cells[0]);
  if (!cell) return null;
  row.hidden = false;
  cell.classList.add("chosen");
  return cell;
}

function choosable(state) {
  state.table.tBodies[0].addEventListener("click", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell || event.target.closest("a, button, details")) return;
    const id = cell.id || cell.parentElement.id;
    if (id) return void history.replaceState(null, "", `#${id}`);
    const again = cell.classList.contains("chosen");
    state.row = again ? "" : labels(state).get(cell.parentElement);
    state.column = again ? "" : words(state.heads[cell.cellIndex]);
    choose(state);
    keep(state);
  });
}

function sortable(state) {
  state.heads.forEach((head, index) => {
    const button = element("button", { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const again = state.sort === index;
      if (again && state.down === firstDown(state, index)) state.down = !state.down;
      else if (again) Object.assign(state, { sort: -1, down: false });
      else Object.assign(state, { sort: index, down: firstDown(state, index) });
      sort(state);
      keep(state);
    });
  });
}

// Errors begin with the largest, the worst; times with the shortest, the best; names with A.
function firstDown(state, column) {
  return !state.heads[column].dataset.least && state.rows.some((row) => typeof value(row, column) === "number");
}

function tooled(state) {
  const tools = element("div", { className: "tools" });
  if (state.sorts && state.rows.length > 8) tools.append(...filterable(state));
  if (state.rows.length > 2) tools.append(copiers(state));
  if (tools.childNodes.length) state.table.closest(".box").before(tools);
}

function filterable(state) {
  const label = document.createElement("label");
  state.input = element("input", { type: "search", placeholder: "for instance torch float16" });
  state.status = element("span", { textContent: `${state.rows.length} rows` });
  state.status.setAttribute("role", "status");
  label.append("Filter ", state.input);
  state.input.addEventListener("input", () => {
    state.find = state.input.value;
    filter(state);
    keep(state);
  });
  return [label, state.status];
}

function copiers(state) {
  const group = element("span", { className: "copiers" });
  group.append("Copy ", copier("Markdown", () => markdown(state)), copier("CSV", () => csv(state)), copier("link", () => location.href));
  return group;
}

function copier(name, text) {
  const button = element("button", { type: "button", textContent: name });
  button.addEventListener("click", () => copy(text(), button));
  return button;
}

// The rows that match, as text.
function cells(state) {
  return [state.heads.map(words), ...state.kept.map((row) => [...row.cells].map(told))];
}

function told(cell) {
  const summary = cell.querySelector("summary");
  if (summary) return words(summary);
  const copied = cell.cloneNode(true);
  copied.querySelectorAll(".by-format").forEach((part) => part.remove());
  return copied.textContent.trim().replace(/\s*\n\s*/g, "; ").replace(/\s+/g, " ");
}

function markdown(state) {
  const [head, ...rows] = cells(state).map((row) => `| ${row.map((text) => text.replaceAll("\\", "\\\\").replaceAll("|", "\\|")).join(" | ")} |`);
  return [head, `|${" --- |".repeat(state.heads.length)}`, ...rows, ""].join("\n");
}

function csv(state) {
  const quoted = (text) => {
    const plain = /^\s*[=+\-@]/.test(text) && isNaN(text) ? `'${text}` : text;  // no formula
    return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return cells(state).map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

async function copy(text, button, shown) {
  const name = button.dataset.name ??= button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
  } catch {
    const area = element("textarea", { value: text });
    document.body.append(area);
    area.select();
    button.textContent = document.execCommand("copy") ? "copied" : "not allowed";
    area.remove();
    if (shown && button.textContent !== "copied") getSelection().selectAllChildren(shown);
  }
  setTimeout(() => (button.textContent = name), 2000);
}

function copyable(root) {
  for (const code of root.querySelectorAll("code.copy")) {
    if (code.nextElementSibling?.type === "button") continue;
    const button = element("button", { type: "button", textContent: "copy" });
    button.addEventListener("click", () => copy(code.textContent, button, code));
    code.after(button);
  }
  for (const pre of root.querySelectorAll(".issue pre")) {
    if (pre.previousElementSibling?.type === "button") continue;
    const script = pre.querySelector("code");
    if (script) pre.before(copier("Copy the script", () => `${script.textContent}\n`));
    pre.before(copier("Copy as an issue", () => pre.textContent));
  }
}

// What a record tells: a command, then lines of a name and a value below a title each, in columns.
function opened(details) {
  const text = details.querySelector(".unfold > pre");
  const columns = element("div", { className: "columns" });
  const [command, ...lines] = text?.textContent.split("\n") ?? [];
  for (const line of lines) {
    const [name, ...rest] = line.split("\t");
    const list = columns.lastChild?.lastChild;
    if (!rest.length) {
      const part = document.createElement("div");
      part.append(element("p", { className: "label", textContent: name }), document.createElement("dl"));
      columns.append(part);
    } else if (name) list.append(element("dt", { textContent: name }), element("dd", { textContent: source(details, rest[0]) }));
    else list.lastChild.append(`\n${rest[0]}`);
  }
  const replay = document.createElement("p");
  replay.append(element("code", { className: "copy", textContent: command }));
  text?.replaceWith(replay, columns);
  copyable(details);
}

// The source of a bound, which a line names by its number in the list below the table.
function source(near, told) {
  const number = /^\[(\d+)\]$/.exec(told)?.[1];
  const list = near.closest("article, main").querySelector(".sources");
  return (number && list?.children[number - 1]?.textContent) || told;
}

// Two to four implementations of those that are compared pair by pair: #table=ID&with=NAME&with=NAME
function chooser(form) {
  const boxes = [...form.elements].filter((box) => box.type === "checkbox");
  const status = form.querySelector("[role=status]");
  const near = form.closest("article, main");
  const mine = tables.filter(({ table }) => near.contains(table));
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    for (const box of boxes) box.disabled = chosen.length >= 4 && !box.checked;
    const both = (row) => [0, 1].every((column) => chosen.includes(words(row.cells[column])));
    for (const state of mine) {
      state.only = chosen.length > 1 ? both : null;
      filter(state);
    }
    status.textContent = chosen.length < 2 ? "All pairs are shown; choose two to four." : chosen.join(" · ");
    return chosen;
  };
  const restored = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    const chosen = parts.get("table") === mine[0]?.table.id ? parts.getAll("with") : [];
    for (const box of boxes) box.checked = chosen.includes(box.value);
    show();
  };
  form.addEventListener("change", () => {
    const parts = new URLSearchParams({ table: mine[0].table.id });
    for (const name of show()) parts.append("with", name);
    history.replaceState(null, "", `#${parts}`);
  });
  addEventListener("hashchange", restored);
  form.hidden = false;
  restored();
}

// Anything of the report by name, and a record by its id; the index is loaded with the first letter.
const MOST_FOUND = 12;

function searchable(form) {
  const [field, list] = form.elements.length ? [form.elements[0], form.querySelector("ul")] : [];
  const root = form.dataset.root;
  const show = async () => {
    const index = globalThis.softmarkIndex;
    if (!index) return;
    const wanted = typed(field.value).split(/\s+/).filter(Boolean);
    const named = index.names.filter(([, name]) => wanted.length && wanted.every((word) => typed(name).includes(word)));
    const found = [...(await recorded(index, field.value)), ...named].slice(0, MOST_FOUND);
    list.replaceChildren(...found.map(([kind, name, path]) => {
      const item = document.createElement("li");
      item.append(element("a", { href: root + path, textContent: name }), element("small", { textContent: ` ${kind}` }));
      return item;
    }));
    if (wanted.length && !found.length) list.replaceChildren(element("li", { textContent: "nothing found" }));
  };
  field.addEventListener("focus", () => {
    if (form.loading) return;
    form.loading = element("script", { src: `${root}search.js` });
    form.loading.addEventListener("load", show);
    document.head.append(form.loading);
  });
  field.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  form.hidden = false;
}

// Where a record is: its anchor is a digest of the machine and the id.
async function recorded(index, text) {
  const id = text.trim().replace(/^softmark repro\s+/, "").replace(/^'|'$/g, "");
  const parts = id.split("/");
  const folder = index.implementations[parts.slice(0, -3).join("/")];
  const page = index.checks[parts.at(-3)];
  if (!folder || !page || !globalThis.crypto?.subtle) return [];
  return Promise.all(index.machines.map(async (machine) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${machine}/${id}`)));
    const digest = [...bytes.slice(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [`record on ${machine}`, id, `${folder}/${page}#r-${digest}`];
  }));
}

// A record that is not on the first page of its check is on a later one.
function onward() {
  if (!/^#r-[0-9a-f]{12}$/.test(location.hash) || document.getElementById(address())) return;
  const next = document.querySelector(".leaf [aria-current] + a");
  if (next && document.querySelector("table.records")) location.replace(next.href + location.hash);
}

// What the script adds to a page.
function enhance(part) {
  const found = [...part.querySelectorAll("table.data:not(.live)")].map(stateOf);
  tables.push(...found);
  for (const state of found) {
    if (state.sorts) sortable(state);
    tooled(state);
    choosable(state);
    if (state.rows.length > 1.5 * WINDOW) filter(state);
  }
  for (const details of part.querySelectorAll(".records details:not(.issue)")) {
    details.addEventListener("toggle", () => opened(details), { once: true });
  }
  if (!part.querySelector(".records")) copyable(part);
  for (const form of part.querySelectorAll(".chooser")) chooser(form);
}

async function arrive() {
  await turn();
  restore();
  onward();
}

for (const part of articles.length ? articles : document.querySelectorAll("main")) enhance(part);
for (const menu of document.querySelectorAll(".menu")) {
  addEventListener("click", (event) => menu.contains(event.target) || (menu.open = false));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.firstElementChild.focus();
  });
}
addEventListener("hashchange", arrive);
arrive();
for (const form of articles.length ? [] : document.querySelectorAll("form.search")) searchable(form);
for (const { dataset } of document.querySelectorAll("form.sides")) document.head.append(element("script", { src: dataset.script }));
