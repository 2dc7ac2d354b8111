// What the drawing of blocks needs to know, and how what is pressed there reaches the app.

import { h } from "./dom.js";
import { askIn } from "./dialog.js";
import { drawMrkdwn, drawPlain } from "./mrkdwn.js";

/** Returns the context for one surface; `given` adds its act, its suggest, and its state and errors if it has any. */
export function contextFor(page, surface, given = {}) {
  const context = {
    person: (id) => page.person(id),
    channel: (id) => page.channel(id),
    emoji: (name) => page.emojiOf(name),
    now: () => page.now(),
    tz: page.tz(),
    me: page.myId,
    surface,
    state: {},
    errors: {},
    people: () => page.store.all("person").filter((person) => !person.is_deleted),
    channels: () => page.store.all("channel"),
    confirm: (asked) => confirmed(context, asked),
    act: async () => undefined,
    suggest: async () => ({ options: [] }),
    ...given,
  };
  return context;
}

/** Asks what an app wants confirmed. `asked` is Slack's confirm object. */
function confirmed(context, asked) {
  const words = asked.text?.type === "mrkdwn"
    ? drawMrkdwn(asked.text.text, context)
    : drawPlain(asked.text?.text ?? "", context, { emoji: true });
  const style = asked.style === "danger" ? "danger" : "primary";
  return askIn(asked.title?.text ?? "Are you sure?", h("p", {}, words), [
    { name: asked.deny?.text ?? "Cancel", value: false },
    { name: asked.confirm?.text ?? "Yes", value: true, style },
  ]);
}

/** Returns the context of a message: presses go to the app with its conversation and ts. */
export function messageContext(page, message) {
  const at = { channel_id: message.channel_id, ts: message.ts };
  return contextFor(page, "message", {
    act: (given) => page.ask(page.act("click", { ...at, ...given }), "That"),
    suggest: (given) => page.act("suggest", { ...at, ...given }),
  });
}
