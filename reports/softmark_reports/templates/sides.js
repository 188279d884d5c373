// Two runs side by side, and one result over all runs: #before=1&after=0&cell=NAME
{
const { bad, runs } = globalThis.softmarkSides;
const form = document.querySelector("form.sides");
const [before, after] = form.querySelectorAll("select");
const [past, table] = document.querySelectorAll("#history, #sides");
const CHANGES = ["new failure", "fixed", "another verdict", "another grade", "another error", "only after", "only before"];
const MOST = 500;

// What became of a result, as a place in CHANGES; -1 where it is the same.
function change(old, now) {
  if (!old || !now) return old ? 6 : 5;
  if (old[3] !== now[3]) return now[3] >= bad && old[3] < bad ? 0 : old[3] >= bad && now[3] < bad ? 1 : 2;
  return old[0] !== now[0] ? 3 : old[2] !== now[2] ? 4 : -1;
}

function entry(cell) {
  const shown = element("td", { className: cell ? "" : "none", textContent: cell ? "" : "not measured" });
  if (!cell) return shown;
  const [mark, style, text, , link] = cell;
  const inner = link ? element("a", { className: "cell", href: link }) : document.createElement("span");
  inner.append(element("span", { className: `g ${style}`, textContent: mark }), ` ${text}`);
  shown.append(inner);
  return shown;
}

function line(head, ...rest) {
  const row = document.createElement("tr");
  const first = element("th", { scope: "row" });
  first.append(head);
  row.append(first, ...rest);
  return row;
}

function compared() {
  const [old, now] = [before, after].map((select) => runs[select.value].cells);
  const names = [...new Set([...Object.keys(now), ...Object.keys(old)])];
  const found = names.map((name) => [change(old[name], now[name]), name]).filter(([kind]) => kind >= 0);
  found.sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));
  table.tBodies[0].replaceChildren(...found.slice(0, MOST).map(([kind, name]) => {
    const link = element("a", { href: `#${address(name)}`, textContent: name });
    return line(link, element("td", { textContent: CHANGES[kind] }), entry(old[name]), entry(now[name]));
  }));
  const counts = CHANGES.map((words, kind) => [found.filter(([k]) => k === kind).length, words]).filter(([count]) => count);
  const rest = found.length > MOST ? `; the first ${MOST} are shown` : "";
  form.querySelector("[role=status]").textContent =
    `${names.length - found.length} of ${names.length} results are the same${counts.map(([count, words]) => `, ${count} ${words}`).join("")}${rest}.`;
}

function history(name) {
  past.hidden = !name;
  past.querySelector("caption").textContent = `${name} in each run, the newest first`;
  past.querySelector("tbody").replaceChildren(...runs.map((run) => line(run.title, entry(run.cells[name]))));
}

function address(cell) {
  const parts = new URLSearchParams({ before: before.value, after: after.value });
  if (cell) parts.set("cell", cell);
  return parts;
}

function restore() {
  const parts = new URLSearchParams(location.hash.slice(1));
  for (const [select, name] of [[before, "before"], [after, "after"]]) if (runs[parts.get(name)]) select.value = parts.get(name);
  compared();
  history(parts.get("cell") ?? "");
  if (parts.has("cell")) past.scrollIntoView({ block: "center" });
}

form.addEventListener("change", () => {
  globalThis.history.replaceState(null, "", `#${address()}`);
  restore();
});
addEventListener("hashchange", restore);
form.hidden = false;
restore();
}
