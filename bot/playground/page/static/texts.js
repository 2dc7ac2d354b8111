// Text objects, as blocks and elements hold them.

import { withEmoji } from "./emoji.js";
import { drawMrkdwn, drawPlain } from "./mrkdwn.js";
import { cannotDraw } from "./nodes.js";

/** Draw a plain_text or mrkdwn object. */
export function drawText(object, ctx) {
  if (typeof object?.text === "string") {
    if (object.type === "plain_text") return drawPlain(object.text, ctx, { emoji: object.emoji !== false });
    if (object.type === "mrkdwn") return drawMrkdwn(object.text, ctx, { verbatim: object.verbatim, names: true });
  }
  return cannotDraw(object?.type);
}

/** A text object as bare characters, for names of fields and entries of menus. */
export function plainOf(object, ctx) {
  if (!object) return "";
  if (object.type !== "mrkdwn") return object.emoji === false ? object.text : withEmoji(object.text, ctx);
  const holder = document.createElement("div");
  holder.append(drawMrkdwn(object.text, ctx));
  return holder.textContent;
}
