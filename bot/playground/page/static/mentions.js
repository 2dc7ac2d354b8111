// People, channels, groups and broadcasts as they stand in a text.

import { el } from "./nodes.js";

/** What a person is called. */
export const nameOfPerson = (person) => person.real_name || person.name;

const mention = (kind, ...children) => el("span", { class: `mention mention-${kind}` }, ...children);

export function drawUser(id, label, ctx) {
  const person = ctx.person(id);
  const isMe = ctx.me !== undefined && ctx.me === id;
  return mention(isMe ? "me" : "user", `@${person ? nameOfPerson(person) : label || id}`);
}

export function drawChannel(id, label, ctx) {
  const channel = ctx.channel(id);
  return mention("channel", channel || label ? `#${channel?.name ?? label}` : "a private channel");
}

/** A group is drawn by the name that the text brings along: this page knows no groups. */
export function drawUsergroup(id, label) {
  return mention("group", `@${(label || id).replace(/^@/, "")}`);
}

export const drawBroadcast = (range) => mention("broadcast", `@${range}`);
