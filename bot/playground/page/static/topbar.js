// The bar over everything: the clock, the panels, who one is, and the state of the line.

import { askFirst, askIn } from "./dialog.js";
import { h, icon, iconButton, keyed, setAttribute, setText } from "./dom.js";
import { PATHS } from "./icons.js";
import { showMenu } from "./popover.js";

const KEYS = [
  ["Up and down arrow", "go through messages"],
  ["R", "react to the message in focus"],
  ["T", "open its thread"],
  ["E", "edit it, if it is yours"],
  ["Delete", "delete it, if it is yours"],
  ["Enter", "go to its buttons"],
  ["Up arrow in an empty box", "edit your last message"],
  ["Escape", "close what is open"],
];

export class Topbar {
  /** `app` holds the other parts, whose buttons stand here. */
  constructor(page, app) {
    Object.assign(this, { _page: page, _app: app });
    this._menu = iconButton(PATHS.menu, "Channels", () => this._turnSidebar(),
      { class: "icon-button menu-button", "aria-expanded": "false", "aria-controls": "sidebar" });
    this._team = h("span", { class: "team" });
    this._tour = toggle(PATHS.tour, "Tour", () => this._turnTour());
    this._inspect = toggle(PATHS.inspect, "Inspector", () => app.inspector.show(!app.inspector.isShown));
    const more = iconButton(PATHS.more, "More about the playground", () => this._more(more),
      { "aria-haspopup": "menu" });
    const mark = h("span", { class: "avatar avatar-app small", "aria-hidden": "true" }, icon(PATHS.nugget));
    this.element = h("header", { class: "topbar" }, h("h1", { class: "hidden-text" }, "Nugget playground"), this._menu,
      h("div", { class: "brand" }, mark, this._team),
      app.clock.element, h("div", { class: "tools" }, this._tour, this._inspect, more), app.people.button);
    this.notices = h("div", { class: "notices" });
    this._watchSidebar();
  }

  draw() {
    setText(this._team, this._page.world.team_name ?? "Playground");
    const tour = this._page.store.get("tour");
    this._tour.hidden = !tour;
    setAttribute(this._tour, "aria-pressed", String(Boolean(tour && !tour.is_hidden)));
    setAttribute(this._inspect, "aria-pressed", String(this._app.inspector.isShown));
    keyed(this.notices, [this._line(), this._bot(), this._busy()].filter(Boolean));
  }

  _line() {
    if (this._page.live.status !== "broken") return null;
    const draw = () => h("p", { class: "notice warning", role: "status" }, "Reconnecting…");
    return { key: "line", version: 1, draw };
  }

  _bot() {
    const bot = this._page.store.get("bot");
    // While the line is broken nothing is known of the app.
    if (!bot || bot.is_connected || this._page.store.get("busy") || this._page.live.status === "broken") return null;
    const words = `${this._page.appName()} is not connected. What you write is kept and reaches it when it is back.`;
    return { key: "bot", version: words, draw: () => h("p", { class: "notice warning", role: "status" }, words) };
  }

  _busy() {
    const busy = this._page.store.get("busy");
    if (!busy) return null;
    const words = busy.of ? `${busy.what}… ${busy.done} of ${busy.of}` : `${busy.what}…`;
    const fill = (box) => {
      setText(box.firstChild, words);
      if (busy.of) Object.assign(box.lastChild, { max: busy.of, value: busy.done ?? 0 });
    };
    const draw = () => {
      const box = h("div", { class: "notice" }, h("p"), h("progress", { "aria-label": busy.what }));
      fill(box);
      return box;
    };
    return { key: "busy", version: words, draw, update: fill };
  }

  _turnSidebar() {
    const isOpen = this._app.element.classList.toggle("has-sidebar");
    this._menu.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this._app.sidebar.element.querySelector("[aria-current], a")?.focus();
  }

  /** Closes what lies over a narrow page with Escape, or with a press beside it. */
  _watchSidebar() {
    const { sidebar } = this._app;
    sidebar.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this._menu.getAttribute("aria-expanded") === "false") return;
      this.closeSidebar();
      this._menu.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!sidebar.element.contains(event.target) && !this._menu.contains(event.target)) this.closeSidebar();
    });
  }

  closeSidebar() {
    this._app.element?.classList.remove("has-sidebar");
    this._menu.setAttribute("aria-expanded", "false");
  }

  _turnTour() {
    this._app.tour.hide(!this._page.store.get("tour").is_hidden);
  }

  _more(anchor) {
    const items = [{ name: "Keyboard shortcuts", act: () => showKeys() }];
    if (this._page.store.get("tour"))
      items.push({ name: "Start the tour again", act: () => this._page.say(this._page.do("tour", { restart: true })) });
    if (this._page.offers("fill"))
      items.push({ name: "Fill with a quarter…", act: () => this._fill() });
    if (this._page.offers("reset"))
      items.push({ name: "Reset the playground…", isDanger: true, act: () => this._reset() });
    showMenu(anchor, items, { label: "More about the playground" });
  }

  async _fill() {
    const text = "Forty people share, ask and decide for three months, and three recaps appear. It takes about a minute, "
      + "and the clock stands three months later.";
    if (!(await askFirst("Fill with a quarter?", text, "Fill", "primary"))) return;
    this._page.say(this._page.do("fill"), "Three months have passed. The recaps stand in #revenue-recap.");
  }

  async _reset() {
    const text = "Everything written here goes away, and the sample company starts anew.";
    if (!(await askFirst("Reset the playground?", text, "Reset"))) return;
    // The server that was asked goes away meanwhile: what it would have answered is seen when the page is back.
    this._page.do("reset").catch((error) => this._page.live.status === "open" && this._page.alert(error.message));
  }
}

function toggle(path, name, onclick) {
  const properties = { type: "button", class: "quiet toggle", "aria-pressed": "false", onclick };
  return h("button", { ...properties, "aria-label": name, title: name },
    icon(path), h("span", { "aria-hidden": "true" }, name));
}

async function showKeys() {
  const rows = KEYS.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)]);
  const close = { name: "Close", value: null, style: "primary" };
  await askIn("Keyboard shortcuts", h("dl", { class: "keys" }, ...rows), [close]);
}
