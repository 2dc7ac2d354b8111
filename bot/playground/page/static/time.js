// Moments in the person's own zone. Slack's ts are seconds since the epoch, with microseconds behind the point.

const formats = new Map();

function format(tz, options) {
  const key = tz + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: tz, ...options }));
  return formats.get(key);
}

export const dateOf = (ts) => new Date(Number(ts) * 1000);
export const clockTime = (date, tz) => format(tz, { hour: "2-digit", minute: "2-digit" }).format(date);
export const dayKey = (date, tz) => format(tz, { year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
export const longDay = (date, tz) => format(tz, { weekday: "long", day: "numeric", month: "long" }).format(date);
export const shortDay = (date, tz) => format(tz, { weekday: "short", day: "numeric", month: "short" }).format(date);
const year = (date, tz) => format(tz, { year: "numeric" }).format(date);

const DAY = 86_400_000;

/** Names a day as people do: today, yesterday, or its date; with the year if it is another one. */
export function dayName(date, now, tz) {
  const key = dayKey(date, tz);
  if (key === dayKey(now, tz)) return "Today";
  if (key === dayKey(new Date(now - DAY), tz)) return "Yesterday";
  if (key === dayKey(new Date(+now + DAY), tz)) return "Tomorrow";
  return longDay(date, tz) + (year(date, tz) === year(now, tz) ? "" : ` ${year(date, tz)}`);
}

export function momentName(date, now, tz) {
  return `${dayName(date, now, tz)} at ${clockTime(date, tz)}`;
}

const UNITS = [[86_400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** Says a length of time in its largest unit: 150 is "two minutes". */
export function lengthName(seconds) {
  const [size, unit] = UNITS.find(([length]) => seconds >= length) ?? UNITS.at(-1);
  const count = Math.floor(seconds / size);
  return `${WORDS[count] ?? count} ${unit}${count === 1 ? "" : "s"}`;
}
