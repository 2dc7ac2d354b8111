// The business clock: what time it is for this person, and moving it.

import { h, icon, setAttribute, setText } from "./dom.js";
import { PATHS } from "./icons.js";
import { clockTime, dayKey, shortDay } from "./time.js";

const MOVES = [[120, "2 min", "2 minutes"], [3600, "1 h", "1 hour"], [86_400, "1 day", "1 day"]];
const TICK_MS = 1000;

export class Clock {
  constructor(page) {
    this._page = page;
    this._day = h("span", { class: "clock-day" });
    this._hour = h("span");
    this._time = h("time", { class: "clock-time" }, this._day, this._hour);
    this._next = h("p", { class: "clock-next" });
    this._go = h("button", { type: "button", class: "button", onclick: () => this.move({ next: true }) },
      icon(PATHS.next), "Go there");
    this._buttons = MOVES.map((move) => this._moveButton(move));
    this._panel = h("div", { class: "clock-panel", id: "clock-panel", role: "group", "aria-label": "Move the clock" },
      h("div", { class: "clock-moves" }, ...this._buttons), this._next, this._go);
    this._toggle = h("button", { type: "button", class: "clock-toggle", "aria-expanded": "false",
      "aria-controls": "clock-panel", onclick: () => this._turn() }, icon(PATHS.clock), this._time, icon(PATHS.chevron, "icon clock-fold"));
    this.element = h("div", { class: "clock", role: "region", "aria-label": "Clock of the playground" },
      this._toggle, this._panel);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.element.classList.contains("open")) this._turn();
    });
    setInterval(() => this._tick(), TICK_MS);
    const narrow = matchMedia("(max-width: 75rem)");
    const fit = () => (this._toggle.disabled = !narrow.matches);
    narrow.addEventListener("change", fit);
    fit();
  }

  _moveButton([seconds, short, long]) {
    const name = `Move the clock ${long} ahead`;
    const onclick = () => this.move({ seconds });
    return h("button", { type: "button", class: "button", onclick, "aria-label": name, title: name }, `+${short}`);
  }

  draw() {
    this._tick();
    const next = this._page.store.get("clock")?.next;
    const isOffered = Boolean(next) || this._page.offers("next");
    this._go.hidden = !isOffered;
    this._go.disabled = !next;
    this._next.hidden = !isOffered;
    if (!isOffered) return;
    // Between a move and the next thing that is known to fall due there is nothing to say.
    const words = next ? `Next: ${next.what}, ${this._when(next.at)}` : "";
    setText(this._next, words);
    setAttribute(this._next, "title", words);
  }

  _when(at) {
    const [date, now, tz] = [new Date(at), this._page.now(), this._page.tz()];
    const day = dayKey(date, tz) === dayKey(now, tz) ? "today" : shortDay(date, tz);
    return `${day} at ${clockTime(date, tz)}`;
  }

  _tick() {
    const now = this._page.now();
    const tz = this._page.tz();
    setText(this._day, `${shortDay(now, tz)}, `);
    setText(this._hour, clockTime(now, tz));
    setAttribute(this._time, "datetime", now.toISOString().slice(0, 16) + "Z");
    setAttribute(this._toggle, "title", `The playground's own time, in ${tz.replaceAll("_", " ")}`);
  }

  _turn() {
    const isOpen = this.element.classList.toggle("open");
    if (!isOpen && this._panel.contains(document.activeElement)) this._toggle.focus();
    this._toggle.setAttribute("aria-expanded", String(isOpen));
  }

  /** Moves the clock by {seconds} or to {next: true}; what falls due on the way happens. */
  async move(given) {
    this._busy(true);
    const isDone = await this._page.say(this._page.do("move_clock", given));
    this._busy(false);
    if (isDone) queueMicrotask(() => this._page.announce(`It is now ${this._time.textContent}`));
    return isDone;
  }

  _busy(isBusy) {
    for (const button of [...this._buttons, this._go]) setAttribute(button, "aria-disabled", isBusy ? "true" : null);
    this.element.classList.toggle("waiting", isBusy);
  }
}
