// Who to be. The same person can be looked through in a second window.

import { h, hidden, icon, keyed, setAttribute } from "./dom.js";
import { PATHS } from "./icons.js";
import { avatar, badge, personLabel } from "./names.js";
import { showPopover } from "./popover.js";
import { addressOf } from "./place.js";

export class People {
  /** `become(userId)` switches to a person. */
  constructor(page, become) {
    Object.assign(this, { _page: page, _become: become });
    this.button = h("button", { type: "button", class: "who", "aria-haspopup": "dialog", "aria-expanded": "false",
      onclick: () => this.open() });
  }

  draw() {
    const me = this._page.me();
    // In a narrow window the words are not shown, and are still the button's name.
    setAttribute(this.button, "aria-label", `You are: ${me ? personLabel(me) : "nobody yet"}`);
    keyed(this.button, [{ key: "me", version: [this._page.store.names, this._page.myId], draw: () => this._name(me) }]);
  }

  _name(me) {
    return h("span", { class: "who-name" },
      avatar(this._page, me?.id, "small"),
      h("span", { class: "who-words" }, h("small", {}, "You are: "), h("strong", {}, me?.real_name ?? "nobody yet"),
        me?.title && h("span", { class: "who-title" }, ` – ${me.title}`)),
      icon(PATHS.chevron));
  }

  open() {
    const people = this._page.store.all("person").filter((person) => person.can_be);
    const groups = Map.groupBy ? Map.groupBy(people, groupOf) : grouped(people);
    const content = h("div", { class: "who-list" },
      h("p", { class: "who-note" }, "Be anyone at any time. A second window can be somebody else."),
      // There are many reps and one executive: the short groups come first, so that each can be seen at once.
      ...[...groups].sort((one, other) => one[1].length - other[1].length)
        .map(([name, members], index) => this._group(name, members, index)));
    const shown = showPopover(this.button, content, { label: "Who to be", className: "who-popover" });
    if (!shown) return;
    this._shown = shown;
    const buttons = [...content.querySelectorAll("button")];
    (buttons.find((button) => button.getAttribute("aria-current")) ?? buttons[0])?.focus();
    content.addEventListener("keydown", (event) => step(event, content));
  }

  _group(name, members, index) {
    const id = `who-group-${index}`;
    return h("section", {}, h("h2", { id }, name),
      h("ul", { "aria-labelledby": id }, ...members.map((person) => this._entry(person))));
  }

  _entry(person) {
    const isMe = person.id === this._page.myId;
    const be = () => {
      this._shown.close();
      if (!isMe) this._become(person.id);
    };
    const detail = person.title?.includes(",") ? person.title.slice(person.title.indexOf(",") + 1).trim() : "";
    const apart = `Open as ${person.real_name} in a new window`;
    return h("li", { class: "who-entry" },
      h("button", { type: "button", class: "who-choice", "aria-current": isMe ? "true" : null, onclick: be },
        avatar(this._page, person.id, "small"), h("span", {}, person.real_name), detail && h("small", {}, detail),
        !person.title && badge(person), isMe && h("small", { class: "who-me" }, "you")),
      h("a", { class: "icon-button", target: "_blank", rel: "noopener", title: apart,
        href: addressOf(person.id, this._page.place), onclick: () => this._shown.close() },
      icon(PATHS.window), hidden(apart)));
  }
}

/** People of one kind stand together: "Rep, EMEA" and "Rep, Americas" are both reps. */
const groupOf = (person) => person.title?.split(",")[0] || "Members";

function grouped(people) {
  const groups = new Map();
  for (const person of people) groups.set(groupOf(person), [...(groups.get(groupOf(person)) ?? []), person]);
  return groups;
}

function step(event, content) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (!(event.key in steps)) return;
  const kind = document.activeElement.tagName === "A" ? "a" : "button";
  const items = [...content.querySelectorAll(kind)];
  event.preventDefault();
  items[Math.max(0, Math.min(items.length - 1, items.indexOf(document.activeElement) + steps[event.key]))]?.focus();
}

