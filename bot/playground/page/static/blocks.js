// Block Kit as Slack draws it. What this page has no drawing for is said where it would stand.

import { drawChart } from "./charts.js";
import { controlsIn, retire } from "./controls.js";
import { NOT_LOADED, drawElement, drawImage } from "./elements.js";
import { isGroup } from "./fields.js";
import { drawMarkdown } from "./markdown.js";
import { anchor, cannotDraw, el, freshId, ids, ownImage } from "./nodes.js";
import { drawRichText } from "./rich_text.js";
import { drawTable } from "./tables.js";
import { drawText } from "./texts.js";

export { readValues } from "./controls.js";

/** What stands below a root: its context, which a redraw renews, and its blocks with what they were drawn from. */
const ROOTS = new WeakMap();

const BLOCKS = {
  section: drawSection,
  actions: drawActions,
  context: drawContext,
  divider: () => el("hr", { class: "bk-divider" }),
  header: ({ text }, ctx) => el(`h${ctx.heading ?? 3}`, { class: "bk-header" }, drawText(text, ctx)),
  image: drawImageBlock,
  rich_text: drawRichText,
  input: drawInput,
  context_actions: drawActions,
  markdown: ({ text }, ctx) => drawMarkdown(text, ctx),
  table: drawTable,
  video: drawVideo,
  data_visualization: drawChart,
};

/**
 * Draw blocks and return their root (class "blocks"). `ctx` is what the contract of the page says; beside that `ctx.me`
 * (the id of the person who looks) and `ctx.heading` (the level of a header block, 3 if left out) may be given.
 *
 * With `into`, a root that was drawn before, that root is brought up to date and returned. Blocks that did not change
 * are left alone; a field keeps what is typed, chosen and focused in it as long as its block_id, action_id and type
 * stay.
 */
export function drawBlocks(blocks, ctx, { into = null } = {}) {
  const former = into ? ROOTS.get(into) : null;
  return former ? redraw(into, former, blocks, ctx) : drawFresh(blocks, ctx);
}

/** Whether something below a node could not be drawn. */
export function hasDrawingErrors(root) {
  return root.matches(".cannot-draw") || root.querySelector(".cannot-draw") !== null;
}

/** Focus the first field that is wrong, else the one that its app wants focused, and return whether there was one. */
export function focusFirst(root) {
  const node = root.querySelector("[aria-invalid=true], .bk-is-wrong input") ?? root.querySelector("[data-first]");
  node?.focus();
  return Boolean(node);
}

function drawFresh(blocks, ctx) {
  const live = { ...ctx };
  const drawn = blocks.map((block) => drawnOf(block, live));
  const root = el("div", { class: "blocks" }, ...drawn.map(({ node }) => node));
  ROOTS.set(root, { live, drawn });
  requestAnimationFrame(() => root.isConnected && root.querySelector("[data-first]")?.focus());
  return root;
}

/** A block with what it was drawn from: as long as that stays the same, so does its node. */
function drawnOf(block, ctx) {
  return { id: block?.block_id, source: sourceOf(block, ctx), node: drawBlock(block, ctx) };
}

const sourceOf = (block, ctx) => JSON.stringify([block, ctx.errors?.[block?.block_id] ?? null]);

function drawBlock(block, ctx) {
  const draw = Object.hasOwn(BLOCKS, block?.type) ? BLOCKS[block.type] : null;
  const node = el("div", { class: `bk-block bk-block-${draw ? block.type : "unknown"}` });
  try {
    node.append(draw ? draw(block, ctx) : cannotDraw(block?.type));
  } catch (error) {
    // A block of a wrong form must not take the others with it; the reason is for whoever builds the app.
    node.replaceChildren(cannotDraw(`${block?.type} (${error.message})`));
  }
  return node;
}

function redraw(root, former, blocks, ctx) {
  Object.assign(former.live, { errors: undefined, state: undefined }, ctx);
  const unused = new Set(former.drawn);
  const drawn = blocks.map((block) => {
    const source = sourceOf(block, former.live);
    const same = [...unused].find((entry) => entry.source === source);
    unused.delete(same);
    return same ?? drawnOf(block, former.live);
  });
  const focus = focusIn(root);
  keepValues(unused, drawn.filter((entry) => !former.drawn.includes(entry)));
  for (const { node } of unused) retire(node);
  for (const { node } of unused) node.remove();
  drawn.forEach(({ node }, index) => {
    if (node !== root.children[index]) root.insertBefore(node, root.children[index] ?? null);
  });
  former.drawn = drawn;
  refocus(root, focus);
  return root;
}

function keepValues(gone, fresh) {
  const former = new Map([...gone].flatMap(({ node }) => controlsIn(node)).map((control) => [control.key, control]));
  for (const control of fresh.flatMap(({ node }) => controlsIn(node))) {
    if (former.has(control.key)) control.takeOver(former.get(control.key));
  }
}

/** Where the focus is below a root, or null: a key that a redraw keeps, and the caret. */
function focusIn(root) {
  const node = document.activeElement;
  if (!root.contains(node) || !node.dataset.focus) return null;
  return { node, key: node.dataset.focus, caret: caretOf(node) };
}

function caretOf(node) {
  try {
    return node.selectionStart === null ? null : [node.selectionStart, node.selectionEnd, node.selectionDirection];
  } catch {
    return null;
  }
}

function refocus(root, focus) {
  if (!focus || document.activeElement === focus.node) return;
  const node = [...root.querySelectorAll("[data-focus]")].find((entry) => entry.dataset.focus === focus.key);
  node?.focus({ preventScroll: true });
  if (node && focus.caret?.[0] !== undefined) node.setSelectionRange(...focus.caret);
}

const inRow = (block) => ({ block_id: block.block_id, dispatches: true });

function drawSection({ text, fields = [], accessory, ...block }, ctx) {
  const words = text && el("div", { class: "bk-text", id: freshId("section") }, drawText(text, ctx));
  const columns = fields.map((field) => el("div", { class: "bk-text" }, drawText(field, ctx)));
  const grid = columns.length > 0 && el("div", { class: "bk-columns" }, ...columns);
  const body = el("div", { class: "bk-section-body" }, words, grid);
  if (!accessory) return body;
  const place = { ...inRow(block), described: ids(words), label: nameIn(accessory, words) };
  const beside = el("div", { class: "bk-accessory" }, drawElement(accessory, place, ctx));
  return el("div", { class: "bk-section-row" }, body, beside);
}

/** What a field beside a text is called, where it has no words of its own: the text. */
function nameIn({ placeholder }, words) {
  return placeholder ? "" : (words?.textContent.trim().slice(0, 150) ?? "");
}

function drawActions(block, ctx) {
  return el("div", { class: "bk-row" }, ...block.elements.map((element) => drawElement(element, inRow(block), ctx)));
}

function drawContext({ elements }, ctx) {
  const drawn = elements.map((element) => {
    if (element?.type === "image") return drawImage(element, ctx, { isSmall: true });
    return el("div", { class: "bk-text" }, drawText(element, ctx));
  });
  return el("div", { class: "bk-context-row" }, ...drawn);
}

function drawImageBlock(block, ctx) {
  const title = block.title && el("figcaption", {}, drawText(block.title, ctx));
  return el("figure", { class: "bk-image" }, title, drawImage(block, ctx));
}

function drawVideo(block, ctx) {
  const { title, title_url: url, description, author_name: author, provider_name: provider } = block;
  const words = drawText(title, ctx);
  const heading = el("div", { class: "bk-video-title" }, url ? anchor(url, words) : words);
  const from = [provider, author].filter(Boolean).join(" · ");
  const thumbnail = { image_url: block.thumbnail_url, alt_text: block.alt_text };
  const picture = anchor(block.video_url, drawImage(thumbnail, ctx));
  if (!ownImage(block.thumbnail_url)) picture.title = NOT_LOADED;
  return el(
    "div",
    { class: "bk-video" },
    from && el("div", { class: "bk-video-from" }, from),
    heading,
    description && el("div", { class: "bk-text" }, drawText(description, ctx)),
    picture,
  );
}

function drawInput({ label, element, hint, optional, ...block }, ctx) {
  const problem = ctx.errors?.[block.block_id];
  const hintNode = hint && el("p", { class: "bk-field-hint", id: freshId("hint") }, drawText(hint, ctx));
  const problemNode = problem && el("p", { class: "bk-field-error", id: freshId("error") }, problem);
  const words = el("span", {}, drawText(label, ctx));
  const mark = optional
    ? el("span", { class: "bk-optional" }, " (optional)")
    : el("span", { class: "bk-required", "aria-hidden": "true" }, " *");
  const place = {
    block_id: block.block_id,
    dispatches: block.dispatch_action === true,
    isField: true,
    inputId: freshId("field"),
    name: words.textContent,
    labelNodes: [words, mark],
    described: ids(problemNode, hintNode),
    isWrong: Boolean(problem),
    isRequired: !optional,
  };
  const name = isGroup(element) ? null : el("label", { class: "bk-field-label", for: place.inputId }, words, mark);
  const field = drawElement(element, place, ctx);
  return el("div", { class: `bk-field${problem ? " bk-is-wrong" : ""}` }, name, field, problemNode, hintNode);
}
