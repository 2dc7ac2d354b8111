// The smallest page around the renderer: it keeps what was pressed, asked and confirmed, and answers as a test says.

import { drawBlocks, focusFirst, hasDrawingErrors, readValues } from "/page/blocks.js";
import { drawMrkdwn, drawPlain } from "/page/mrkdwn.js";

const EMOJI = { tada: "🎉", wave: "👋", gem: "💎", "+1": "👍", white_check_mark: "✅", eyes: "👀" };
const PEOPLE = [
  { id: "U1", name: "ada", real_name: "Ada Lovelace" },
  { id: "U2", name: "ben", real_name: "Ben Okri" },
  { id: "U3", name: "chloe", real_name: "Chloé Durand" },
  { id: "U9", name: "gone", real_name: "Gone Away", is_deleted: true },
];
const CHANNELS = [
  { id: "C1", name: "intel", kind: "channel" },
  { id: "C2", name: "deals", kind: "group" },
  { id: "C3", name: "globex", kind: "channel", is_ext_shared: true },
  { id: "C4", name: "old", kind: "channel", is_archived: true },
  { id: "D1", name: "nugget", kind: "im" },
];

const log = { acts: [], asked: [], confirmed: [], waiting: [] };
const answers = { confirm: true, suggest: { options: [] }, fails: null };

function contextOf(given = {}) {
  return {
    person: (id) => PEOPLE.find((person) => person.id === id),
    channel: (id) => CHANNELS.find((channel) => channel.id === id),
    people: () => PEOPLE,
    channels: () => CHANNELS,
    emoji: (name) => EMOJI[name],
    now: () => new Date("2026-10-05T09:30:00Z"),
    tz: "Europe/Zurich",
    me: "U1",
    surface: "message",
    state: {},
    errors: {},
    async act(press) {
      log.acts.push(press);
      if (answers.fails) throw new Error(answers.fails);
    },
    async suggest(asked) {
      log.asked.push(asked);
      if (answers.suggest === null) throw new Error("too late");
      return answers.suggest;
    },
    async confirm(asked) {
      log.confirmed.push(asked);
      return answers.confirm;
    },
    ...given,
  };
}

const stage = document.getElementById("stage");
const nodeOf = (fragment) => {
  const holder = document.createElement("div");
  holder.append(fragment);
  return holder;
};

window.harness = {
  log,
  answers,
  /** Draw one list of blocks in place of everything. */
  draw(blocks, given) {
    this.root = drawBlocks(blocks, contextOf(given));
    stage.replaceChildren(this.root);
  },
  /** Draw several lists of blocks below each other, each with its name. */
  drawAll(samples, given) {
    stage.replaceChildren(...samples.map(([name, blocks]) => {
      const node = document.createElement("div");
      node.className = "sample";
      node.dataset.name = name;
      node.append(drawBlocks(blocks, contextOf(given)));
      return node;
    }));
  },
  redraw(blocks, given) {
    return drawBlocks(blocks, contextOf(given), { into: this.root }) === this.root;
  },
  values() {
    return readValues(stage);
  },
  /** The names of samples in which something could not be drawn. */
  undrawn() {
    return [...stage.children].filter(hasDrawingErrors).map((node) => `${node.dataset.name}: ${node.innerText}`);
  },
  /** Wait for so many entries of a log; the page's policy forbids what a test would wait with otherwise. */
  async until(list, count) {
    while (log[list].length < count) await new Promise((done) => requestAnimationFrame(done));
  },
  /** How many milliseconds something takes. */
  timed(work) {
    const start = performance.now();
    work();
    return performance.now() - start;
  },
  /** Put what is drawn into a modal dialog. */
  openDialog() {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", "A form");
    stage.after(dialog);
    dialog.append(stage);
    dialog.showModal();
  },
  focusFirst: () => focusFirst(stage),
  mrkdwn: (texts, reading) => texts.map((text) => nodeOf(drawMrkdwn(text, contextOf(), reading)).innerHTML),
  plain: (text, reading) => nodeOf(drawPlain(text, contextOf(), reading)).innerHTML,
};
