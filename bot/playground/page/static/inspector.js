// What went between the bot and Slack, newest first.

import { h, iconButton, keyed, setText } from "./dom.js";
import { PATHS } from "./icons.js";
import { clockTime } from "./time.js";

const KINDS = { event: "events", command: "commands", interactive: "interactions", api: "API calls",
  response_url: "response URLs", gesture: "gestures of people", refusal: "refusals", lost: "lost on the way" };
const WAYS = { event: "Slack → bot", command: "Slack → bot", interactive: "Slack → bot", lost: "Slack → bot",
  gesture: "person → Slack" };
const GOOD = new Set(["ok", "acknowledged", "200", ""]);
const LONG_TEXT = 80;

export class Inspector {
  constructor(page, tell) {
    Object.assign(this, { _page: page, _tell: tell, _kind: "", _words: "", _open: new Set() });
    this._rows = h("tbody");
    this._count = h("span", { class: "inspector-count", role: "status" });
    this._kinds = h("select", { class: "field", "aria-label": "Kind", onchange: () => this._filter() });
    this._search = h("input", { type: "search", class: "field", placeholder: "Filter by name",
      "aria-label": "Filter by name", oninput: () => this._filter() });
    this.element = h("aside", { class: "inspector", "aria-label": "Inspector", hidden: true },
      h("header", { class: "panel-head" }, h("h2", { tabindex: "-1" }, "Inspector"),
        h("span", { class: "inspector-note" }, "What goes between the bot and Slack"),
        this._kinds, this._search, this._count, iconButton(PATHS.close, "Close the inspector", () => this.show(false))),
      h("div", { class: "inspector-scroll", tabindex: "0", role: "region", "aria-label": "Entries" }, this._table()));
  }

  _table() {
    const names = ["Time", "Way", "Kind", "Name", "Outcome", "ms"];
    const heads = names.map((name) => h("th", { scope: "col" }, name));
    return h("table", {}, h("thead", {}, h("tr", {}, ...heads)), this._rows);
  }

  get isShown() {
    return !this.element.hidden;
  }

  show(isShown) {
    this.element.hidden = !isShown;
    this._page.live.inspect(isShown);
    this._tell(isShown);
    if (isShown) this.draw();
  }

  _filter() {
    this._kind = this._kinds.value;
    this._words = this._search.value.trim().toLowerCase();
    this.draw();
  }

  draw() {
    if (!this.isShown) return;
    const all = this._page.store.all("wire").sort((one, other) => other.n - one.n);
    this._drawKinds(all);
    const shown = all.filter((entry) => (!this._kind || entry.kind === this._kind)
      && (!this._words || `${entry.name} ${entry.outcome}`.toLowerCase().includes(this._words)));
    keyed(this._rows, shown.flatMap((entry) => this._entryRows(entry)));
    setText(this._count, shown.length === all.length ? `${all.length} entries` : `${shown.length} of ${all.length}`);
  }

  _drawKinds(entries) {
    const kinds = [...new Set([...entries.map((entry) => entry.kind), this._kind])].filter(Boolean).sort();
    const option = (value, name) => ({ key: value, version: 1, draw: () => h("option", { value }, name) });
    keyed(this._kinds, [option("", "All kinds"), ...kinds.map((kind) => option(kind, KINDS[kind] ?? kind))]);
    this._kinds.value = this._kind;
  }

  _entryRows(entry) {
    const isOpen = this._open.has(entry.n);
    const rows = [{ key: entry.n, version: [entry, isOpen, this._page.tz()], draw: () => this._row(entry, isOpen) }];
    if (isOpen) rows.push({ key: `${entry.n} more`, version: entry, draw: () => detailRow(entry) });
    return rows;
  }

  _row(entry, isOpen) {
    const at = new Date(entry.at);
    const seconds = String(at.getSeconds()).padStart(2, "0");
    const name = h("button", { type: "button", class: "link-button", "aria-expanded": String(isOpen),
      "data-action-id": `wire-${entry.n}`, onclick: () => this._turn(entry.n) }, entry.name);
    const again = entry.attempt > 0 && `attempt ${entry.attempt + 1}`;
    const notes = [again, entry.fault && `fault: ${entry.fault}`].filter(Boolean);
    return h("tr", { class: GOOD.has(entry.outcome ?? "") ? "" : "bad" },
      h("td", {}, `${clockTime(at, this._page.tz())}:${seconds}`),
      h("td", { class: `way way-${entry.kind}` }, WAYS[entry.kind] ?? "bot → Slack"),
      h("td", {}, entry.kind), h("td", {}, name, notes.length > 0 && h("small", {}, ` ${notes.join(", ")}`)),
      h("td", {}, entry.outcome ?? "…"), h("td", { class: "number" }, entry.ms == null ? "" : milliseconds(entry.ms)));
  }

  _turn(n) {
    if (!this._open.delete(n)) this._open.add(n);
    this.draw();
  }
}

const milliseconds = (ms) => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));

function detailRow(entry) {
  const part = (name, value) => value != null && h("div", { class: "wire-part" }, h("h3", {}, name), tree(value));
  const parts = h("div", { class: "wire-parts" }, part("Given", entry.given), part("Answer", entry.answer));
  return h("tr", { class: "wire-detail" }, h("td", { colspan: "6" }, parts));
}

/** Draws JSON as a tree. What is inside is drawn only once somebody opens it. */
export function tree(value, depth = 0) {
  if (value === null || typeof value !== "object") return scalar(value);
  const entries = Object.entries(value);
  if (!entries.length) return h("code", {}, Array.isArray(value) ? "[]" : "{}");
  return h("ul", { class: "tree" }, ...entries.map(([name, inner]) => branch(name, inner, depth)));
}

function branch(name, value, depth) {
  const isLeaf = value === null || typeof value !== "object" || !Object.keys(value).length;
  if (isLeaf) return h("li", {}, h("span", { class: "tree-name" }, `${name}: `), tree(value));
  const size = Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value).length}}`;
  const details = h("details", {}, h("summary", {}, h("span", { class: "tree-name" }, name), ` ${size}`));
  const fill = () => details.childElementCount === 1 && details.append(tree(value, depth + 1));
  details.addEventListener("toggle", () => details.open && fill());
  if (depth < 1) {
    details.open = true;
    fill();
  }
  return h("li", {}, details);
}

function scalar(value) {
  const text = JSON.stringify(value);
  if (text.length <= LONG_TEXT) return h("code", {}, text);
  return h("code", { class: "long" }, text);
}
