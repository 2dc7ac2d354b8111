// Everything that is typed, picked or ticked.

import { sourceOf } from "./choices.js";
import { Combobox } from "./combobox.js";
import { Control, INPUTS, firstValue } from "./controls.js";
import { knownZone, localOf, unixOf } from "./dates.js";
import { withEmoji } from "./emoji.js";
import { el, freshId } from "./nodes.js";
import { richTextOf, typedOf } from "./rich_values.js";
import { drawText, plainOf } from "./texts.js";

const SETTLING_MS = 700;
const COUNTED_FROM = 0.8;
const NAMES = {
  datepicker: "Date",
  timepicker: "Time",
  datetimepicker: "Date and time",
  rich_text_input: "Text",
  static_select: "Choose an option",
  external_select: "Choose an option",
  users_select: "Choose a person",
  conversations_select: "Choose a conversation",
  channels_select: "Choose a channel",
};

/**
 * Where a field stands: block_id, `dispatches` (the app hears of each change), `isField` (it is the one field of an
 * input block), `label` (its name where the page shows none: in sections and rows of actions), `labelId` (the visible
 * name), `described` (ids of hint and error), `isWrong`, `isRequired`.
 */

/** Draw an element that has a state, or return null for another one. */
export function drawField(element, place, ctx) {
  return Object.hasOwn(FIELDS, element.type) ? FIELDS[element.type](element, place, ctx) : null;
}

/** Whether the element is a group of boxes or buttons, which a legend names instead of a label. */
export const isGroup = (element) => element.type === "checkboxes" || element.type === "radio_buttons";

const nameOf = (element, place, ctx) =>
  place.label || plainOf(element.placeholder, ctx) || NAMES[element.type.replace(/^multi_/, "")] || "Text";

/** The attributes of whatever takes the focus in a field. */
function attributesOf(element, place, ctx) {
  return {
    id: place.isField ? place.inputId : freshId("field"),
    "aria-label": place.isField ? null : nameOf(element, place, ctx),
    "aria-describedby": place.described,
    "aria-invalid": place.isWrong ? "true" : null,
    "aria-required": place.isRequired ? "true" : null,
    data: partOf(element, place, "input"),
  };
}

/** What finds the same part of a field again after a redraw; and whether it wants the focus at first. */
function partOf(element, place, part) {
  return { focus: focusKey(element, place, part), first: element.focus_on_load ? "true" : undefined };
}

export function focusKey({ action_id: actionId, type }, { block_id: blockId }, part) {
  return JSON.stringify([blockId, actionId, type, part]);
}

function typedField(tag, attributes, toValue, fromValue) {
  return (element, place, ctx) => {
    const first = fromValue(firstValue(element, place, ctx));
    const listeners = {
      input: () => control.typed(),
      blur: () => control.left(),
      keydown: (event) => {
        if (event.key !== "Enter" || tag === "textarea" || event.isComposing || !place.dispatches) return;
        event.preventDefault();
        control.entered();
      },
    };
    const input = el(tag, {
      ...attributes,
      ...attributesOf(element, place, ctx),
      class: "bk-text-field",
      placeholder: element.placeholder ? withEmoji(element.placeholder.text, ctx) : null,
      on: listeners,
    });
    input.value = first;
    const control = new Control(input, element, place, ctx, {
      value: () => toValue(input.value),
      snapshot: () => input.value,
      restore: (typed) => {
        input.value = typed;
        input.dispatchEvent(new Event("input"));
      },
    });
    return withCounter(input, element);
  };
}

/** Show how many characters are left once it matters; typing on is never stopped, so that no word is lost. */
function withCounter(input, element) {
  const most = element.max_length;
  if (!most) return input;
  const counter = el("p", { class: "bk-field-counter", id: freshId("counter"), hidden: true });
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${counter.id}`.trim());
  const count = () => {
    const left = most - [...input.value].length;
    counter.hidden = left > most * (1 - COUNTED_FROM);
    counter.classList.toggle("bk-is-over", left < 0);
    counter.textContent = left < 0 ? `${-left} too many` : `${left} left`;
  };
  input.addEventListener("input", count);
  count();
  return el("div", { class: "bk-counted" }, input, counter);
}

const words = (typed) => typed || null;
const text = (value) => value ?? "";
const ONE_LINE = typedField("input", { type: "text", autocomplete: "off" }, words, text);
const MANY_LINES = typedField("textarea", { rows: 4 }, words, text);

function richTextField(element, place, ctx) {
  const rows = Math.max(element.min_lines ?? 4, 2);
  const attributes = { rows: Math.min(rows, element.max_lines ?? 12) };
  return typedField("textarea", attributes, richTextOf, typedOf)(element, place, ctx);
}

function numberField(element, place, ctx) {
  const mode = element.is_decimal_allowed || String(element.min_value ?? "").startsWith("-") ? "decimal" : "numeric";
  return typedField("input", { type: "text", inputmode: mode, autocomplete: "off" }, words, text)(element, place, ctx);
}

/** A native field for dates and times; settled when it is left, after Enter, or when nobody turns on it for a while. */
function dateField(type, toValue, fromValue) {
  return (element, place, ctx) => {
    let pause;
    const settled = () => {
      clearTimeout(pause);
      if (input.value !== control.kept) control.chosen();
    };
    const input = el("input", {
      type,
      class: "bk-date-field",
      ...attributesOf(element, place, ctx),
      on: {
        change: () => {
          clearTimeout(pause);
          pause = setTimeout(settled, SETTLING_MS);
        },
        blur: settled,
        keydown: (event) => event.key === "Enter" && place.dispatches && (event.preventDefault(), settled()),
      },
    });
    input.value = fromValue(firstValue(element, place, ctx), ctx);
    const control = new Control(input, element, place, ctx, {
      value: () => toValue(input.value, ctx),
      snapshot: () => input.value,
      restore: (typed) => {
        input.value = typed;
      },
    });
    return withZone(input, element.timezone ?? (type === "datetime-local" ? knownZone(ctx.tz) : null));
  };
}

function withZone(input, zone) {
  if (!zone) return input;
  return el("div", { class: "bk-zoned" }, input, el("span", { class: "bk-zone" }, zone.replaceAll("_", " ")));
}

const localSeconds = (typed, ctx) => (typed ? unixOf(typed, ctx.tz) : null);
const secondsAsLocal = (value, ctx) => (value === null ? "" : localOf(value, ctx.tz));

/** Boxes to tick, or buttons of which one is on. */
function choiceField(type, isMany) {
  return (element, place, ctx) => {
    const first = [firstValue(element, place, ctx) ?? []].flat();
    const name = freshId("choice");
    const rows = element.options.map((option, index) => {
      const isOn = first.some((chosen) => chosen.value === option.value);
      return choiceRow({ type, name, isOn, index }, option, element, place, ctx);
    });
    const group = el(
      "fieldset",
      {
        class: "bk-choice-field",
        role: isMany ? null : "radiogroup",
        "aria-required": place.isRequired && !isMany ? "true" : null,
        "aria-describedby": place.described,
        "aria-invalid": place.isWrong && !isMany ? "true" : null,
        on: { change: () => control.chosen() },
      },
      el("legend", { class: place.isField ? "bk-field-label" : "bk-only-heard" }, ...legendOf(element, place, ctx)),
      ...rows,
    );
    const boxes = [...group.querySelectorAll("input")];
    const value = () => boxes.filter((box) => box.checked).map((box) => box.value);
    const control = new Control(group, element, place, ctx, {
      value: () => (isMany ? value() : (value()[0] ?? null)),
      snapshot: value,
      restore: (chosen) => boxes.forEach((box) => (box.checked = chosen.includes(box.value))),
    });
    return group;
  };
}

const legendOf = (element, place, ctx) => place.labelNodes ?? [nameOf(element, place, ctx)];

function choiceRow({ type, name, isOn, index }, option, element, place, ctx) {
  const id = freshId("option");
  const hint = { class: "bk-choice-hint", id: `${id}-hint` };
  const description = option.description && el("div", hint, drawText(option.description, ctx));
  const box = el("input", {
    type,
    name,
    id,
    value: option.value,
    "aria-describedby": description ? description.id : null,
    data: { ...partOf(element, place, option.value), first: element.focus_on_load && !index ? "true" : undefined },
  });
  box.checked = isOn;
  return el("div", { class: "bk-choice-row" }, box, el("label", { for: id }, drawText(option.text, ctx)), description);
}

function menuField(element, place, ctx) {
  const isMany = element.type.startsWith("multi_");
  const source = sourceOf(element, place, ctx);
  const first = [firstValue(element, place, ctx) ?? []].flat().map(source.known).filter(Boolean);
  const box = new Combobox({
    source,
    isMany,
    chosen: first,
    label: place.label || (place.isField && place.name) || nameOf(element, place, ctx),
    placeholder: plainOf(element.placeholder, ctx) || NAMES[element.type.replace(/^multi_/, "")],
    most: element.max_selected_items ?? Infinity,
    canClear: place.isField && !place.isRequired,
    attributes: attributesOf(element, place, ctx),
    focusOf: (part) => focusKey(element, place, part),
    onChange: () => control.chosen(),
  });
  const given = () => box.chosen.map((entry) => entry.given);
  const control = new Control(box.node, element, place, ctx, {
    value: () => (isMany ? given() : (given()[0] ?? null)),
    snapshot: () => box.snapshot(),
    restore: (former) => box.restore(former),
  });
  return box.node;
}

const date = dateField("date", words, text);
const time = dateField("time", words, text);

const MENUS = Object.keys(INPUTS).filter((type) => type.endsWith("_select"));

const FIELDS = {
  ...Object.fromEntries(MENUS.map((type) => [type, menuField])),
  plain_text_input: (element, place, ctx) => (element.multiline ? MANY_LINES : ONE_LINE)(element, place, ctx),
  email_text_input: typedField("input", { type: "email", autocomplete: "off" }, words, text),
  url_text_input: typedField("input", { type: "url", autocomplete: "off" }, words, text),
  number_input: numberField,
  rich_text_input: richTextField,
  datepicker: date,
  timepicker: time,
  datetimepicker: dateField("datetime-local", localSeconds, secondsAsLocal),
  radio_buttons: choiceField("radio", false),
  checkboxes: choiceField("checkbox", true),
};
