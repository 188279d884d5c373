// Sorting, filtering and copying. Without this script every table is complete and readable;
// with it, the address keeps what was sorted and filtered: #table=ID&find=TEXT&sort=COLUMN&down=1
"use strict";

const tables = [...document.querySelectorAll("table.data:not(.plain)")].map((table) => {
  const rows = [...table.tBodies[0].rows];
  return {
    table,
    rows,
    heads: [...table.tHead.rows[0].cells],
    text: rows.map((row) => row.textContent.toLowerCase()),
    find: "",
    sort: -1,
    down: false,
  };
});

function value(row, column) {
  const cell = row.cells[column];
  const stated = cell.dataset.v;
  return stated === undefined || stated === "" ? cell.textContent.trim() : Number(stated);
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === typeof b) return a.localeCompare(b, "en", { numeric: true });
  return typeof a === "number" ? -1 : 1;
}

function show(state) {
  const words = state.find.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = state.rows.filter((row, index) => {
    const match = words.every((word) => state.text[index].includes(word));
    row.hidden = !match;
    return match;
  });
  const order = [...state.rows];
  if (state.sort >= 0) {
    const keys = new Map(order.map((row) => [row, value(row, state.sort)]));
    order.sort((a, b) => (state.down ? -1 : 1) * compare(keys.get(a), keys.get(b)));
  }
  state.table.tBodies[0].append(...order);
  state.heads.forEach((head, index) => {
    if (index === state.sort) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  if (state.status) {
    state.status.textContent = words.length ? `${kept.length} of ${state.rows.length} rows` : `${state.rows.length} rows`;
    state.input.value = state.find;
  }
}

function keep(state) {
  const parts = new URLSearchParams({ table: state.table.id });
  if (state.find) parts.set("find", state.find);
  if (state.sort >= 0) parts.set("sort", state.sort);
  if (state.down) parts.set("down", "1");
  const changed = state.find || state.sort >= 0;
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
    show(state);
    state.table.scrollIntoView({ block: "start" });
  }
  unfold(document.getElementById(location.hash.slice(1)));
}

function unfold(target) {
  const details = target && (target.closest("details") ?? target.querySelector("details"));
  if (details) details.open = true;
}

function sortable(state) {
  state.heads.forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const again = state.sort === index;
      if (again && state.down === firstDown(state, index)) state.down = !state.down;
      else if (again) Object.assign(state, { sort: -1, down: false });
      else Object.assign(state, { sort: index, down: firstDown(state, index) });
      show(state);
      keep(state);
    });
  });
}

// Numbers begin with the largest, the worst; names with A.
function firstDown(state, column) {
  return state.rows.some((row) => typeof value(row, column) === "number");
}

function filterable(state) {
  const tools = document.createElement("div");
  const label = document.createElement("label");
  state.input = Object.assign(document.createElement("input"), { type: "search", placeholder: "for instance torch float16" });
  state.status = document.createElement("span");
  state.status.setAttribute("role", "status");
  tools.className = "tools";
  label.append("Filter ", state.input);
  tools.append(label, state.status);
  state.table.closest(".box").before(tools);
  state.input.addEventListener("input", () => {
    state.find = state.input.value;
    show(state);
    keep(state);
  });
}

async function copy(code, button) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "selected";
  }
}

function copyable(root) {
  for (const code of root.querySelectorAll("code.copy")) {
    if (code.nextElementSibling?.type === "button") continue;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "copy" });
    button.addEventListener("click", () => copy(code, button));
    code.after(button);
  }
}

for (const state of tables) {
  sortable(state);
  if (state.rows.length > 8) filterable(state);
  show(state);
}
for (const details of document.querySelectorAll(".records details")) {
  details.addEventListener("toggle", () => copyable(details), { once: true });
}
for (const part of document.querySelectorAll(".findings, .plain")) copyable(part);
addEventListener("hashchange", restore);
restore();
