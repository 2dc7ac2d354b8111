// How people and conversations are called, in one place for the whole page.

import { h, hidden, icon } from "./dom.js";
import { PATHS } from "./icons.js";

const COLOURS = 8;
const MOST_COUNTED = 99;

export function nameOf(page, userId) {
  const person = page.person(userId);
  return person ? person.real_name || person.name : "Somebody";
}

export function channelName(page, channel) {
  if (!channel) return "a conversation that is not here";
  return channel.kind === "im" ? page.appName() : `#${channel.name}`;
}

/** Returns "Ana Ruiz – Rep, EMEA". */
export function personLabel(person) {
  return person.title ? `${person.real_name} – ${person.title}` : person.real_name;
}

/** Returns words that set a person apart from the members of the workspace, or null. */
export function badgeOf(person) {
  if (!person) return null;
  if (person.is_bot) return "App";
  if (person.is_outsider) return "Other company";
  return person.is_guest ? "Guest" : null;
}

export function badge(person) {
  const words = badgeOf(person);
  return words && h("span", { class: "badge" }, words);
}

/** Returns the square with initials; the name always stands beside it, so screen readers skip it. */
export function avatar(page, userId, size = "") {
  const person = page.person(userId);
  const colour = person?.is_bot ? "avatar-app" : `avatar-${hash(userId ?? "") % COLOURS}`;
  const face = person?.is_bot ? icon(PATHS.nugget) : initials(nameOf(page, userId));
  return h("span", { class: `avatar ${colour} ${size}`, "aria-hidden": "true" }, face);
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

function hash(text) {
  let found = 7;
  for (const letter of text) found = (found * 31 + letter.codePointAt(0)) % 100_003;
  return found;
}

/** Returns the mark in front of a channel's name, with words for those who do not see it. */
export function channelMark(channel) {
  if (channel.kind === "group") return h("span", { class: "mark" }, icon(PATHS.lock), hidden("private channel "));
  return h("span", { class: "mark", "aria-hidden": "true" }, "#");
}

/** Returns the badge with a count of what is unread, in full for those who hear it. */
export function unreadBadge(count) {
  if (!(count > 0)) return null;
  const short = count > MOST_COUNTED ? `${MOST_COUNTED}+` : String(count);
  return h("span", { class: "count" }, h("span", { "aria-hidden": "true" }, short), hidden(` ${count} unread`));
}

/** Joins names as people do: "Ana, Bo and you". */
export function listed(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}
