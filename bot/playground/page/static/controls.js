// What all fields have in common: their values, keeping them over a redraw, and telling the app of a choice.

import { el } from "./nodes.js";

const CONTROL = new WeakMap();
const PAUSE_MS = 250;

/** How the choice of each element is kept, as the stand-in does: its key in `state`, and that of its first value. */
export const INPUTS = {
  plain_text_input: { key: "value", initial: "initial_value" },
  email_text_input: { key: "value", initial: "initial_value" },
  url_text_input: { key: "value", initial: "initial_value" },
  number_input: { key: "value", initial: "initial_value" },
  rich_text_input: { key: "rich_text_value", initial: "initial_value" },
  datepicker: { key: "selected_date", initial: "initial_date" },
  timepicker: { key: "selected_time", initial: "initial_time" },
  datetimepicker: { key: "selected_date_time", initial: "initial_date_time" },
  radio_buttons: one("option"),
  checkboxes: many("option"),
  ...menus("static_select", "option"),
  ...menus("external_select", "option"),
  ...menus("users_select", "user"),
  ...menus("conversations_select", "conversation"),
  ...menus("channels_select", "channel"),
};

function one(noun) {
  return { key: `selected_${noun}`, initial: `initial_${noun}` };
}

function many(noun) {
  return { key: `selected_${noun}s`, initial: `initial_${noun}s` };
}

function menus(type, noun) {
  return { [type]: one(noun), [`multi_${type}`]: many(noun) };
}

/** What an element holds at first: what was chosen before if there is such a state, else what the app gave. */
export function firstValue(element, place, ctx) {
  const { key, initial } = INPUTS[element.type];
  const state = ctx.state?.[place.block_id]?.[element.action_id];
  return (state?.type === element.type ? state[key] : element[initial]) ?? null;
}

/**
 * One field. `place` is {block_id, dispatches}; `parts` are `value()` in the form that the gestures take,
 * `snapshot()` of all that a person sees in it, and `restore(snapshot)`.
 */
export class Control {
  constructor(node, element, place, ctx, parts) {
    Object.assign(this, { node, element, place, ctx, ...parts });
    this.isRetired = false;
    this.settle();
    CONTROL.set(node, this);
    node.dataset.control = element.type;
  }

  /** The key under which a redraw finds the same field again. */
  get key() {
    return JSON.stringify([this.place.block_id, this.element.action_id, this.element.type]);
  }

  settle() {
    this.kept = this.snapshot();
    this.told = JSON.stringify(this.value());
  }

  /** Somebody picked something: ask if the element wants it, then tell the app. */
  async chosen() {
    const { confirm } = this.element;
    if (confirm && !(await this.ctx.confirm(confirm))) {
      this.restore(this.kept);
      return;
    }
    this.kept = this.snapshot();
    if (this.place.dispatches) await this.tell({ always: false });
  }

  /** Somebody types: an app that wants each character hears of them once the typing pauses. */
  typed() {
    clearTimeout(this.pause);
    if (this.place.dispatches && this.listensTo("on_character_entered")) {
      this.pause = setTimeout(() => this.tell({ always: false }), PAUSE_MS);
    }
  }

  async entered() {
    if (this.place.dispatches && this.listensTo("on_enter_pressed")) await this.tell({ always: true });
  }

  /** The field is left: whatever the app has not heard yet is told, so that drafts are kept. */
  async left() {
    if (this.place.dispatches) await this.tell({ always: false });
  }

  listensTo(trigger) {
    return (this.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes(trigger);
  }

  async tell({ always }) {
    clearTimeout(this.pause);
    const selected = this.value();
    const words = JSON.stringify(selected);
    if (this.isRetired || (words === this.told && !always)) return;
    this.told = words;
    const { block_id: blockId } = this.place;
    await send(this.ctx, { block_id: blockId, action_id: this.element.action_id, selected }, this.node);
  }

  /** Take over what a person left in the drawing of this field that is about to go. */
  takeOver(former) {
    this.restore(former.snapshot());
    this.kept = former.kept;
    this.told = former.told;
    if (former.pause) this.typed();
  }
}

/** Do what a press does, once at a time for each node, and say beside it what went wrong. */
export async function send(ctx, press, node) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  if (node.nextElementSibling?.matches(".bk-act-error")) node.nextElementSibling.remove();
  try {
    await ctx.act(press);
  } catch (error) {
    const words = error?.message || "That did not work. Please try again.";
    node.after(el("p", { class: "bk-act-error", role: "alert" }, words));
  } finally {
    node.removeAttribute("aria-busy");
  }
}

/** All fields below a node, in reading order. */
export function controlsIn(root) {
  const nodes = [...root.querySelectorAll("[data-control]")];
  if (root.matches?.("[data-control]")) nodes.unshift(root);
  return nodes.map((node) => CONTROL.get(node)).filter(Boolean);
}

/** What is typed and chosen below a node, as `submit` takes it: {block_id: {action_id: value}}. */
export function readValues(root) {
  const values = {};
  for (const { place, element, value } of controlsIn(root)) {
    (values[place.block_id] ??= {})[element.action_id] = value();
  }
  return values;
}

/** Hold the fields below a node still: what their removal does to the focus tells nobody anything. */
export function retire(node) {
  for (const control of controlsIn(node)) {
    control.isRetired = true;
    clearTimeout(control.pause);
  }
}
