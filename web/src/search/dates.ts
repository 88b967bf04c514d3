import type { Schema } from "../api/client";

export type Interval = Schema["SearchHistogram"]["interval"];

/** A stretch of time and how many matches lie in it; days as YYYY-MM-DD, in UTC as the server counts. */
export interface Bar {
  start: string;
  /** The first day behind it. */
  end: string;
  count: number;
}

/** Bars that are drawn at most: what the server counts is longer only where somebody's dates lie ages apart. */
const most = 600;

const iso = (at: Date) => at.toISOString().slice(0, 10);

/** The first day behind the one that begins there. */
export function after(start: string, interval: Interval): string {
  const at = new Date(`${start}T00:00:00Z`);
  if (interval === "day") at.setUTCDate(at.getUTCDate() + 1);
  else if (interval === "week") at.setUTCDate(at.getUTCDate() + 7);
  else if (interval === "month") at.setUTCMonth(at.getUTCMonth() + 1);
  else at.setUTCFullYear(at.getUTCFullYear() + 1);
  return iso(at);
}

/** Every stretch from the first match to the last, those without one too: then distances are those of time. */
export function barsOf({ interval, buckets }: Pick<Schema["SearchHistogram"], "interval" | "buckets">): Bar[] {
  const bars: Bar[] = [];
  for (const { start, count } of buckets) {
    for (let from = bars.at(-1)?.end ?? start; from < start && bars.length < most; from = after(from, interval)) bars.push({ start: from, end: after(from, interval), count: 0 });
    bars.push({ start, end: after(start, interval), count });
  }
  return bars;
}

/** As short as the query language has it: a year, a month, else a day. */
export const spelled = (day: string) => (day.endsWith("-01-01") ? day.slice(0, 4) : day.endsWith("-01") ? day.slice(0, 7) : day);

const locale = typeof navigator === "undefined" ? "en" : navigator.language;
const formats: Record<Interval, Intl.DateTimeFormat> = {
  day: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  week: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  month: new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" }),
  year: new Intl.DateTimeFormat(locale, { year: "numeric", timeZone: "UTC" }),
};

/** What such a stretch is called. */
export function named(start: string, interval: Interval): string {
  const said = formats[interval].format(new Date(`${start}T00:00:00Z`));
  return interval === "week" ? `Week of ${said}` : said;
}
