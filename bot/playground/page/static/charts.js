// The data_visualization block: pie, bar, line and area, with the figures as a table below.

import { cannotDraw, el, freshId, svg } from "./nodes.js";
import { tableOf } from "./tables.js";

const WIDTH = 440;
const HEIGHT = 220;
const EDGE = { left: 52, right: 10, top: 10, bottom: 30 };
const LINES = 4;
const LETTER = 7.5;
const RADIUS = 88;

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** Draw a chart block. */
export function drawChart({ title, chart }) {
  const draw = { pie: pieParts, bar: axisParts, line: axisParts, area: axisParts }[chart?.type];
  if (!draw) return cannotDraw(`chart ${chart?.type}`);
  const { picture, names, rows, labels } = draw(chart);
  const caption = el("figcaption", { class: "bk-chart-title", id: freshId("chart") }, title);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${title}: a ${chart.type} chart. Its figures are in the table below.`);
  const table = tableOf(rows.map((row) => row.map((words) => document.createTextNode(words))), [], `Figures: ${title}`);
  const figures = el("details", { class: "bk-chart-figures" }, el("summary", {}, "Figures"), table);
  const parts = [caption, picture, labels, legend(names), figures];
  return el("figure", { class: "bk-chart", "aria-labelledby": caption.id }, ...parts);
}

function legend(names) {
  const entries = names.map((name, index) =>
    el("li", {}, el("span", { class: `bk-chart-key bk-series-${index % 6}`, "aria-hidden": "true" }), name),
  );
  return el("ul", { class: "bk-chart-legend" }, ...entries);
}

function frame(...children) {
  return svg("svg", { class: "bk-chart-picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}` }, ...children);
}

function pieParts({ segments }) {
  const sum = segments.reduce((total, { value }) => total + value, 0);
  let from = 0;
  const slices = segments.map(({ value }, index) => {
    const to = from + value / sum;
    const path = slice(from, to);
    from = to;
    return svg("path", { d: path, class: `bk-chart-slice bk-series-${index % 6}` });
  });
  const share = (value) => `${((100 * value) / sum).toFixed(1).replace(/\.0$/, "")} %`;
  return {
    picture: frame(...slices),
    names: segments.map(({ label, value }) => `${label} ${share(value)}`),
    rows: [
      ["Part", "Value", "Share"],
      ...segments.map(({ label, value }) => [label, number.format(value), share(value)]),
    ],
  };
}

/** The outline of a slice between two shares of the whole circle, from the top and clockwise. */
function slice(from, to) {
  const [x, y] = [WIDTH / 2, HEIGHT / 2];
  if (to - from > 0.9999) {
    const half = `A${RADIUS} ${RADIUS} 0 1 1 ${x}`;
    return `M${x} ${y - RADIUS}${half} ${y + RADIUS}${half} ${y - RADIUS}Z`;
  }
  const point = (share) => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return `${(x + RADIUS * Math.cos(angle)).toFixed(2)} ${(y + RADIUS * Math.sin(angle)).toFixed(2)}`;
  };
  return `M${x} ${y}L${point(from)}A${RADIUS} ${RADIUS} 0 ${to - from > 0.5 ? 1 : 0} 1 ${point(to)}Z`;
}

function axisParts({ type, series, axis_config: axis }) {
  const { categories, x_label: across, y_label: up } = axis;
  const values = series.map(({ data }) => {
    const found = new Map(data.map(({ label, value }) => [label, value]));
    return categories.map((category) => found.get(category) ?? 0);
  });
  const scale = scaleOf(values.flat());
  const draw = { bar: bars, line: polyline, area }[type];
  const axes = [up && `Upright: ${up}`, across && `Across: ${across}`].filter(Boolean);
  const picture = frame(...grid(scale), ...values.flatMap((row, index) => draw(row, index, values.length, scale)));
  picture.append(...categoryLabels(categories));
  return {
    picture,
    names: series.map(({ name }) => name),
    rows: [
      [across ?? "", ...series.map(({ name }) => name)],
      ...categories.map((category, index) => [category, ...values.map((row) => number.format(row[index]))]),
    ],
    labels: axes.length ? el("p", { class: "bk-chart-axes" }, axes.join(" · ")) : null,
  };
}

/** The scale of the upright axis: steps of 1, 2 or 5 times a power of ten, with zero on it. */
function scaleOf(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const rough = (high - low || 1) / LINES;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const from = Math.floor(low / step) * step;
  const to = Math.max(Math.ceil(high / step) * step, from + step);
  const room = HEIGHT - EDGE.top - EDGE.bottom;
  return { from, to, step, y: (value) => EDGE.top + room * (1 - (value - from) / (to - from)) };
}

function grid({ from, to, step, y }) {
  const count = Math.round((to - from) / step) + 1;
  return Array.from({ length: count }, (_, line) => from + line * step).flatMap((value) => {
    const at = y(value);
    const kind = Math.abs(value) < step / 2 ? " bk-zero" : "";
    return [
      svg("line", { class: `bk-chart-line${kind}`, x1: EDGE.left, x2: WIDTH - EDGE.right, y1: at, y2: at }),
      label(compact.format(value), EDGE.left - 6, at + 4, "end"),
    ];
  });
}

function label(words, x, y, anchor) {
  return svg("text", { class: "bk-chart-text", x, y, "text-anchor": anchor }, words);
}

const slot = (count) => (WIDTH - EDGE.left - EDGE.right) / count;
const middle = (index, count) => EDGE.left + slot(count) * (index + 0.5);

/** The names below the axis; where they would touch, only each second, third, … is drawn. The table has all of them. */
function categoryLabels(categories) {
  const widest = Math.max(...categories.map((name) => name.length)) * LETTER + 8;
  const every = Math.max(1, Math.ceil(widest / slot(categories.length)));
  return categories.flatMap((name, index) =>
    index % every ? [] : [label(name, middle(index, categories.length), HEIGHT - 10, "middle")],
  );
}

function bars(row, index, count, { y }) {
  const width = (slot(row.length) * 0.7) / count;
  return row.map((value, at) =>
    svg("rect", {
      class: `bk-chart-bar bk-series-${index % 6}`,
      x: middle(at, row.length) - (width * count) / 2 + width * index,
      y: Math.min(y(value), y(0)),
      width: Math.max(width - 1, 1),
      height: Math.max(Math.abs(y(value) - y(0)), 0.5),
      rx: Math.min(2, width / 4),
    }),
  );
}

const points = (row, { y }) => row.map((value, at) => `${middle(at, row.length).toFixed(1)},${y(value).toFixed(1)}`);

function polyline(row, index, count, scale) {
  const series = `bk-series-${index % 6}`;
  const line = svg("polyline", { class: `bk-chart-stroke ${series}`, points: points(row, scale).join(" ") });
  const dots = row.map((value, at) =>
    svg("circle", { class: `bk-chart-dot ${series}`, cx: middle(at, row.length), cy: scale.y(value), r: 3 }),
  );
  return [line, ...dots];
}

function area(row, index, count, scale) {
  const [left, right] = [middle(0, row.length), middle(row.length - 1, row.length)];
  const ground = `${right},${scale.y(0)} ${left},${scale.y(0)}`;
  const outline = `${points(row, scale).join(" ")} ${ground}`;
  const under = svg("polygon", { class: `bk-chart-area bk-series-${index % 6}`, points: outline });
  return [under, ...polyline(row, index, count, scale)];
}
