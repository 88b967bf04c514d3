/** Words to be blacked out, as they are written: one a line, or with commas between. */
export const wordsToBlackOut = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,;]/)
      .map((word) => word.trim())
      .filter((word) => word !== ""),
  ),
];
