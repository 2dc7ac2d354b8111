// What can be done with a message.

import { askFirst } from "./dialog.js";
import { PATHS } from "./icons.js";
import { isSystem, isTombstone } from "./message.js";
import { openPicker } from "./picker.js";
import { showMenu } from "./popover.js";

const at = (message) => ({ channel_id: message.channel_id, ts: message.ts });

export const isOwn = (page, message) => message.user === page.myId && !message.is_from_app && !message.is_ephemeral
  && !isSystem(message) && !isTombstone(message);

/** Tells whether a message can be reacted and replied to. */
export const isActedOn = (message) => !message.is_ephemeral && !isTombstone(message);

export function toggleReaction(page, message, name) {
  const current = page.message(message.channel_id, message.ts) ?? message;
  const isMine = current.reactions?.some((entry) => entry.name === name && entry.users.includes(page.myId));
  const words = name.replaceAll("_", " ");
  if (isMine) page.say(page.act("unreact", { ...at(message), name }), `${words} taken away`);
  else page.say(page.act("react", { ...at(message), name }), `Reacted with ${words}`);
}

export function pickReaction(page, message, anchor) {
  openPicker(page, anchor, (name) => toggleReaction(page, message, name));
}

export function openThread(page, message) {
  const isReply = message.thread_ts && message.thread_ts !== message.ts;
  page.place.go({ channelId: message.channel_id, threadTs: isReply ? message.thread_ts : message.ts });
}

export function dismiss(page, message) {
  page.say(page.act("dismiss", at(message)), "Dismissed");
}

export async function remove(page, message) {
  const text = "It goes away for everyone, and the app hears of it.";
  const isSure = await askFirst("Delete this message?", text, "Delete");
  if (isSure) await page.say(page.act("delete", at(message)), "Deleted");
}

/** Shows the message shortcuts of the app, and what can be done with a message of one's own. */
export function showMore(page, message, anchor, { edit, onclose }) {
  const shortcuts = (page.world.message_shortcuts ?? []).map((shortcut) => ({
    name: shortcut.name,
    path: PATHS.bolt,
    act: () => useShortcut(page, message, shortcut),
  }));
  const items = [];
  if (shortcuts.length) items.push({ heading: page.appName() }, ...shortcuts);
  if (isOwn(page, message)) {
    items.push({ heading: "Your message" }, { name: "Edit", note: "E", act: edit });
    items.push({ name: "Delete…", isDanger: true, act: () => remove(page, message) });
  }
  showMenu(anchor, items, { label: "More for this message", onclose });
}

function useShortcut(page, message, { callback_id, name }) {
  page.ask(page.act("message_shortcut", { callback_id, ...at(message) }), name);
}

export const hasMore = (page, message) => isOwn(page, message) || Boolean(page.world.message_shortcuts?.length);
