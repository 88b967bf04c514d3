const locale = navigator.language;
const number = new Intl.NumberFormat(locale);
const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" });

export const count = (n: number) => number.format(n);
export const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`;

/** As short as it can be told from others: the time today, the day this year, else the date. */
export function when(iso: string | null | undefined, now = new Date()): string {
  if (!iso) return "";
  const at = new Date(iso);
  if (at.toDateString() === now.toDateString()) return time.format(at);
  return at.getFullYear() === now.getFullYear() ? day.format(at) : date.format(at);
}

export const fullTime = (iso: string | null | undefined) => (iso ? full.format(new Date(iso)) : "");

/** Of YYYY-MM. */
export const monthName = (key: string) => month.format(new Date(`${key}-15T12:00:00`));

/** The heading under which a list shows something of that time. */
export function dateGroup(iso: string | null | undefined, now = new Date()): string {
  if (!iso) return "Undated";
  const at = new Date(iso);
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const days = Math.ceil((midnight - at.getTime()) / 86_400_000);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days <= 7) return "Last 7 days";
  return at.getFullYear() === now.getFullYear() ? month.format(at) : String(at.getFullYear());
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let unit = -1;
  for (; n >= 1000 && unit < units.length - 1; unit++) n /= 1000;
  return `${n < 10 ? n.toFixed(1) : Math.round(n)} ${units[unit]}`;
}

const providers: Record<string, string> = {
  chatgpt: "ChatGPT",
  claude: "Claude",
  "claude-code": "Claude Code",
  codex: "Codex",
  deepseek: "DeepSeek",
  "gemini-cli": "Gemini CLI",
  librechat: "LibreChat",
  openwebui: "Open WebUI",
  gemini: "Gemini",
  xai: "Grok",
  zed: "Zed",
  parley: "Parley",
};
export const providerName = (key: string) => providers[key] ?? key.charAt(0).toUpperCase() + key.slice(1);
