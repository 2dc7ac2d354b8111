// One message in a list: who, when, what, its reactions and its thread.

import { drawBlocks } from "./blocks.js";
import { messageContext } from "./context.js";
import { h, hidden, icon, iconButton, keyed, replaceChildren } from "./dom.js";
import { EditBox } from "./edit_box.js";
import { PATHS } from "./icons.js";
import { dismiss, pickReaction, toggleReaction } from "./message_acts.js";
import { drawMrkdwn } from "./mrkdwn.js";
import { avatar, badge, listed, nameOf, plural } from "./names.js";
import { clockTime, dateOf, longDay, momentName } from "./time.js";

const SYSTEM = new Set(["channel_join", "channel_leave", "channel_archive", "channel_name", "channel_topic",
  "group_join", "group_leave"]);
const MOST_AVATARS = 3;

export const isTombstone = (message) => message.subtype === "tombstone";
export const isSystem = (message) => SYSTEM.has(message.subtype);

/** Returns the row of a message for `keyed`. `how` is {isCompact, isEditing, inThread, stopEditing}. */
export function messageRow(page, message, how) {
  return {
    key: message.ts,
    version: [message, how.isCompact, how.isEditing, page.store.names, page.myId],
    draw: () => drawMessage(page, message, how),
    update: (element) => fill(page, element, message, how),
  };
}

function drawMessage(page, message, how) {
  const id = `${how.inThread ? "t" : "m"}${message.ts}`;
  const element = h("li", { class: "message", tabindex: "-1", "data-ts": message.ts, "data-channel": message.channel_id,
    "aria-labelledby": `${id}-who ${id}-what`, id });
  element.append(h("div", { class: "gutter" }), h("div", { class: "message-main" }));
  fill(page, element, message, how);
  return element;
}

function fill(page, element, message, how) {
  element.classList.toggle("compact", how.isCompact);
  element.classList.toggle("from-app", Boolean(message.is_from_app));
  element.classList.toggle("ephemeral", Boolean(message.is_ephemeral));
  element.classList.toggle("system", isSystem(message) || isTombstone(message));
  const [gutter, main] = element.children;
  keyed(gutter, [gutterRow(page, message, how)]);
  keyed(main, [
    headRow(page, message, element.id),
    bodyRow(page, message, element.id, how),
    reactionsRow(page, message),
    threadRow(page, message, how),
  ].filter(Boolean));
}

function gutterRow(page, message, how) {
  const draw = () => how.isCompact ? shortTime(page, message) : h("div", {}, avatar(page, message.user));
  return { key: "gutter", version: [how.isCompact, page.store.names], draw };
}

const shortTime = (page, message) => h("div", { class: "short-time", "aria-hidden": "true" },
  clockTime(dateOf(message.ts), page.tz()));

function headRow(page, message, id) {
  const day = dateOf(message.ts);
  const draw = () => h("div", { class: "message-head", id: `${id}-who` },
    h("strong", {}, nameOf(page, message.user)), " ", badge(page.person(message.user)), " ",
    h("time", { datetime: day.toISOString(), title: `${longDay(day, page.tz())}, ${clockTime(day, page.tz())}` },
      clockTime(day, page.tz())),
    message.is_ephemeral && whisper(page, message));
  return { key: "head", version: page.store.names, draw };
}

function whisper(page, message) {
  return h("span", { class: "whisper" }, icon(PATHS.eye), "Only visible to you",
    h("button", { type: "button", class: "link-button", onclick: () => dismiss(page, message) }, "Dismiss"));
}

function bodyRow(page, message, id, how) {
  const content = [message.text, JSON.stringify(message.blocks ?? []), message.edited, message.subtype].join("\n");
  return {
    key: "body",
    version: [content, how.isEditing, page.store.names, page.myId],
    draw: () => h("div", { class: "message-body", id: `${id}-what` }, ...bodyOf(page, message, how)),
    update: (body) => {
      // Only what changed in the blocks is drawn anew: menus that are open in them and the focus stay.
      const into = body.querySelector(":scope > .blocks");
      replaceChildren(body, ...bodyOf(page, message, how, into));
    },
  };
}

function bodyOf(page, message, how, into = null) {
  if (isTombstone(message)) return [h("em", {}, "This message was deleted.")];
  if (how.isEditing) return [new EditBox(page, message, how.stopEditing).element];
  const context = messageContext(page, message);
  const words = message.blocks?.length
    ? drawBlocks(message.blocks, context, { into })
    : h("p", {}, drawMrkdwn(message.text, context));
  const broadcast = message.subtype === "thread_broadcast" && !how.inThread;
  return [
    broadcast && h("p", { class: "broadcast" }, "replied to a thread:"),
    words,
    // Cards change all the time; whoever reads them need not be told each time.
    message.edited && !message.is_from_app && h("small", { class: "edited" }, "(edited)"),
  ].filter(Boolean);
}

function reactionsRow(page, message) {
  if (!message.reactions?.length) return null;
  return {
    key: "reactions",
    version: [JSON.stringify(message.reactions), page.store.names, page.myId],
    draw: () => drawReactions(page, message),
  };
}

function drawReactions(page, message) {
  const add = iconButton(PATHS.smile, "Add a reaction", () => pickReaction(page, message, add),
    { class: "reaction add", "aria-haspopup": "dialog", "data-action-id": "add-reaction" });
  const buttons = message.reactions.map((reaction) => reactionButton(page, message, reaction));
  return h("div", { class: "reactions", role: "group", "aria-label": "Reactions" }, ...buttons, add);
}

function reactionButton(page, message, { name, users }) {
  const isMine = users.includes(page.myId);
  const names = users.map((user) => (user === page.myId ? "you" : nameOf(page, user)));
  const label = `${name.replaceAll("_", " ")}, ${users.length}: ${listed(names)}`;
  return h("button", {
    type: "button", class: "reaction", "aria-pressed": String(isMine), "aria-label": label,
    "data-action-id": `r-${name}`, title: `${listed(names)} reacted with :${name}:`,
    onclick: () => toggleReaction(page, message, name),
  }, h("span", { class: "reaction-emoji" }, page.emojiOf(name) ?? `:${name}:`), h("span", {}, String(users.length)));
}

function threadRow(page, message, how) {
  if (!message.reply_count || how.inThread) return null;
  const last = message.latest_reply ?? message.ts;
  const people = (message.reply_users ?? []).slice(0, MOST_AVATARS);
  const go = () => page.place.go({ channelId: message.channel_id, threadTs: message.ts });
  const draw = () => h("button", { type: "button", class: "thread-line", onclick: go, "data-action-id": "thread" },
    h("span", { class: "thread-people" }, ...people.map((user) => avatar(page, user, "tiny"))),
    h("span", { class: "thread-count" }, plural(message.reply_count, "reply", "replies")),
    h("span", { class: "thread-when" }, hidden(", last "), momentName(dateOf(last), page.now(), page.tz())));
  return { key: "thread", version: [message.reply_count, last, page.store.names], draw };
}
