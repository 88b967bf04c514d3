/** What a device keeps at most: conversations, bytes of all of them, and of one. */
export const mostKept = 50;
export const mostBytes = 30_000_000;
export const mostOfOne = 5_000_000;

interface Sized {
  id: string;
  at: number;
  bytes: number;
}

/** Those that have to go: from the newest on each stays while it fits; one that does not leaves its place to older ones. */
export function beyond(entries: readonly Sized[], count = mostKept, bytes = mostBytes): string[] {
  let room = bytes;
  let places = count;
  return entries
    .toSorted((a, b) => b.at - a.at)
    .filter((entry) => {
      if (places === 0 || entry.bytes > room) return true;
      places--;
      room -= entry.bytes;
      return false;
    })
    .map((entry) => entry.id);
}
