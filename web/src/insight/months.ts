/** Months as YYYY-MM. */

/** Months that are drawn at most: the latest. */
export const mostMonths = 240;

const at = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
const nameOf = (at: number) => `${String(Math.floor(at / 12)).padStart(4, "0")}-${String((at % 12) + 1).padStart(2, "0")}`;

export const monthAfter = (month: string) => nameOf(at(month) + 1);

/** Every month from the first to the last, also those in which nothing was said; of more than can be drawn, the latest. */
export function span(months: readonly (string | null)[]): string[] {
  const known = months.flatMap((month) => (month === null ? [] : [at(month)]));
  if (known.length === 0) return [];
  const last = Math.max(...known);
  const first = Math.max(Math.min(...known), last - mostMonths + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => nameOf(first + i));
}

/** A search for what was said in that month. */
export const inMonth = (month: string, q = "") => `/search?${new URLSearchParams({ q: `${q} after:${month} before:${monthAfter(month)}`.trim(), sort: "newest" })}`;
