// The guided tour: one step at a time, beside the page that it talks about. The server notices what was done.

import { contextFor } from "./context.js";
import { h, hidden, icon, iconButton, keyed, setAttribute } from "./dom.js";
import { PATHS } from "./icons.js";
import { drawMrkdwn } from "./mrkdwn.js";
import { channelName, nameOf } from "./names.js";
import { lengthName } from "./time.js";

export class Tour {
  /** `become`, `goTo`, `putInBox` and `move` carry a step's buttons out. */
  constructor(page, acts) {
    Object.assign(this, { _page: page, _acts: acts, _looked: null, _done: null });
    this._body = h("div", { class: "tour-body", id: "tour-body" });
    this._toggle = h("button", { type: "button", class: "tour-fold", "aria-controls": "tour-body",
      "aria-expanded": "true", onclick: () => this._fold(!this.element.classList.contains("folded")) });
    this.element = h("aside", { class: "tour", "aria-label": "Guided tour", hidden: true },
      h("header", { class: "panel-head" }, h("h2", {}, this._toggle),
        iconButton(PATHS.close, "Hide the tour", () => this.hide(true))),
      this._body);
    // Beside a wide page it has room of its own; under a narrow one it begins folded.
    const narrow = matchMedia("(max-width: 60rem)");
    const fit = () => {
      this._toggle.disabled = !narrow.matches;
      this._fold(narrow.matches);
    };
    narrow.addEventListener("change", fit);
    fit();
  }

  get tour() {
    return this._page.store.get("tour");
  }

  hide(isHidden) {
    this._page.say(this._page.do("tour", { hidden: isHidden }), isHidden ? "Tour hidden" : "Tour shown");
  }

  _fold(isFolded) {
    this.element.classList.toggle("folded", isFolded);
    this._toggle.setAttribute("aria-expanded", String(!isFolded));
  }

  draw() {
    const { tour } = this;
    this.element.hidden = !tour || tour.is_hidden;
    if (!tour) return;
    this._notice(tour);
    const done = tour.steps.filter((step) => step.is_done).length;
    const counts = [done, tour.current, tour.steps.length];
    keyed(this._toggle, [{ key: "heading", version: counts, draw: () => this._heading(tour, done) }]);
    const at = this._looked ?? tour.current;
    const version = [JSON.stringify(tour), at, this._page.myId, this._page.place.address(), this._page.store.names];
    keyed(this._body, [
      { key: "step", version, draw: () => (tour.steps[at] ? this._step(tour, at) : this._end()) },
      { key: "all", version, draw: () => this._all(tour, at) },
    ]);
  }

  _heading(tour, done) {
    const step = tour.steps[tour.current];
    return h("span", { class: "tour-heading" }, icon(PATHS.tour),
      h("span", {}, "Guided tour"), h("small", {}, `${done} of ${tour.steps.length} done`),
      step && h("span", { class: "tour-next" }, hidden(", now: "), step.title), icon(PATHS.chevron, "icon fold"));
  }

  /** Says what has just been done, and goes on with what the tour comes to next. */
  _notice(tour) {
    const done = new Set(tour.steps.filter((step) => step.is_done).map((step) => step.id));
    const fresh = this._done && tour.steps.filter((step) => step.is_done && !this._done.has(step.id));
    this._done = done;
    if (!fresh?.length) return;
    this._looked = null;
    const next = tour.steps[tour.current];
    this._page.announce(`Done: ${fresh.at(-1).title}. ${next ? `Next: ${next.title}` : "That was the tour."}`);
  }

  _step(tour, at) {
    const step = tour.steps[at];
    const context = contextFor(this._page, "message");
    return h("section", { class: step.is_done ? "tour-step done" : "tour-step", "aria-labelledby": "tour-title" },
      h("p", { class: "tour-count" }, step.is_done ? icon(PATHS.check) : null, `Step ${at + 1} of ${tour.steps.length}`,
        step.is_done && " · done"),
      h("h3", { id: "tour-title" }, step.title),
      h("p", { class: "tour-text" }, drawMrkdwn(step.text, context)),
      step.try && h("p", { class: "tour-try" }, h("code", {}, step.try)),
      h("div", { class: "tour-buttons" }, ...this._buttons(step)));
  }

  /** Offers the one thing that leads on now, in the order in which the step tells them. */
  _buttons(step) {
    const { place, myId } = this._page;
    const acts = [];
    const isForOthers = step.as?.length && !step.as.includes(myId);
    if (isForOthers) {
      const first = step.as[0];
      acts.push([`Be ${nameOf(this._page, first).split(" ")[0]}`, "be", () => this._acts.become(first)]);
    }
    const target = step.channel_id && this._page.channel(step.channel_id);
    if (target && place.channelId !== step.channel_id)
      acts.push([`Go to ${channelName(this._page, target)}`, "go", () => this._acts.goTo(step.channel_id)]);
    // In somebody else's name it would not be what the step is about.
    if (step.try && !isForOthers) acts.push(["Put it in the box", "try", () => this._acts.putInBox(step)]);
    if (step.move) acts.push([moveName(step.move), "move", () => this._acts.move(moveOf(step.move))]);
    return acts.slice(0, 1).map(([name, id, act]) => h("button", { type: "button", onclick: act,
      "data-action-id": `tour-${id}`, class: "button primary" }, name));
  }

  _end() {
    const restart = () => this._page.say(this._page.do("tour", { restart: true }), "The tour begins anew");
    return h("section", { class: "tour-step" }, h("h3", {}, "That was the tour"),
      h("p", {}, "Everything here stays open to try: be anyone, write anything, move the clock."),
      h("button", { type: "button", class: "button primary", onclick: restart, "data-action-id": "tour-restart" },
        "Start again"));
  }

  _all(tour, at) {
    const entries = tour.steps.map((step, index) => h("li", { class: step.is_done ? "done" : "" },
      h("button", { type: "button", "aria-current": index === at ? "step" : null, "data-action-id": `step-${step.id}`,
        onclick: () => this._look(index) },
      h("span", { class: "tick" }, step.is_done ? icon(PATHS.check) : String(index + 1)), step.title,
      step.is_done && hidden(" (done)"))));
    return h("ol", { class: "tour-steps", "aria-label": "All steps" }, ...entries);
  }

  _look(index) {
    this._looked = index === this.tour.current ? null : index;
    this.draw();
    setAttribute(this._body, "data-step", index);
  }
}

const moveOf = (move) => (move === "next" ? { next: true } : { seconds: Number(move.split(":")[1]) });

function moveName(move) {
  return move === "next" ? "Go to what falls due next" : `Skip ${lengthName(moveOf(move).seconds)}`;
}
