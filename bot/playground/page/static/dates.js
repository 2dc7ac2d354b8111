// Moments in the reader's zone: Slack's date tokens, and date fields.

import { el } from "./nodes.js";

const DAY_MS = 86_400_000;
const UNITS = Object.entries({ year: 31_536_000, month: 2_592_000, day: 86_400, hour: 3600, minute: 60, second: 1 });

/** The zone if this browser knows it, else UTC. */
export function knownZone(zone) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone || "UTC";
  } catch {
    return "UTC";
  }
}

function parts(date, zone, options) {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: knownZone(zone), ...options });
  return Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
}

function ordinal(day) {
  const teen = day % 100 > 10 && day % 100 < 14;
  return `${day}${teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th")}`;
}

const formatted = (date, zone, options) =>
  new Intl.DateTimeFormat("en-US", { timeZone: knownZone(zone), ...options }).format(date);

function numeric(date, zone) {
  const { year, month, day } = parts(date, zone, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${year}-${month}-${day}`;
}

function long(date, zone) {
  const { year, month, day } = parts(date, zone, { year: "numeric", month: "long", day: "numeric" });
  return `${month} ${ordinal(Number(day))}, ${year}`;
}

const short = (date, zone) => formatted(date, zone, { year: "numeric", month: "short", day: "numeric" });
const full = (date, zone) => `${formatted(date, zone, { weekday: "long" })}, ${long(date, zone)}`;

/** "today", "yesterday" or "tomorrow" where it is one of them, else null. */
function nearDay(date, zone, now) {
  const on = (moment) => Date.parse(`${numeric(moment, zone)}T00:00:00Z`);
  return { [-1]: "yesterday", 0: "today", 1: "tomorrow" }[(on(date) - on(now)) / DAY_MS] ?? null;
}

function ago(date, now) {
  const seconds = Math.round((date - now) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

const TOKENS = {
  date_num: numeric,
  date_slash: (date, zone) => numeric(date, zone).replaceAll("-", "/"),
  date: long,
  date_short: short,
  date_long: full,
  date_pretty: (date, zone, now) => nearDay(date, zone, now) ?? long(date, zone),
  date_short_pretty: (date, zone, now) => nearDay(date, zone, now) ?? short(date, zone),
  date_long_pretty: (date, zone, now) => nearDay(date, zone, now) ?? full(date, zone),
  day_divider_pretty: (date, zone, now) => nearDay(date, zone, now) ?? full(date, zone),
  time: (date, zone) => formatted(date, zone, { hour: "numeric", minute: "2-digit" }),
  time_secs: (date, zone) => formatted(date, zone, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (date, zone, now) => ago(date, now),
};

/** The moment in Slack's format, such as "{date_short} at {time}"; null if the format has a token that is none. */
export function formatMoment(unixSeconds, format, zone, now) {
  const date = new Date(unixSeconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  let isKnown = true;
  const text = format.replace(/\{([a-z_]+)\}/g, (whole, token) => {
    isKnown &&= token in TOKENS;
    return isKnown ? TOKENS[token](date, zone, now) : whole;
  });
  // Intl puts a narrow no-break space before AM and PM, which nobody types into a search.
  return isKnown ? text.replaceAll("\u202f", " ") : null;
}

/** A moment as a `time` element; its tooltip has the whole date, and what cannot be formatted shows its fallback. */
export function drawMoment(unixSeconds, format, fallback, ctx) {
  const text = formatMoment(unixSeconds, format, ctx.tz, ctx.now());
  if (text === null) return document.createTextNode(fallback ?? "");
  const title = formatMoment(unixSeconds, "{date_long} at {time}", ctx.tz, ctx.now());
  return el("time", { datetime: new Date(unixSeconds * 1000).toISOString(), title }, text);
}

const FIELD_PARTS = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
};

/** Unix seconds as a `datetime-local` field shows them in a zone: "2026-10-05T09:30". */
export function localOf(unixSeconds, zone) {
  const found = parts(new Date(unixSeconds * 1000), zone, FIELD_PARTS);
  return `${found.year}-${found.month}-${found.day}T${found.hour}:${found.minute}`;
}

/** The unix seconds of what a `datetime-local` field holds; a time that a clock change skips counts on from before. */
export function unixOf(local, zone) {
  const wall = Date.parse(`${local}Z`) / 1000;
  if (Number.isNaN(wall)) return null;
  const offsetAt = (unix) => Date.parse(`${localOf(unix, zone)}Z`) / 1000 - Math.floor(unix / 60) * 60;
  const before = offsetAt(wall - 86_400);
  const guess = wall - before;
  const offset = offsetAt(guess);
  return offset === before || offsetAt(wall - offset) === offset ? wall - offset : guess;
}
