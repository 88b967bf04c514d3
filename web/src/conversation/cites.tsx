import { createContext, Fragment, useContext, type ReactNode } from "react";
import type { Schema } from "../api/client";

export type Passage = Schema["PassageView"];

/** What the answer around a text was told, and how its citations lead there. */
export const Cited = createContext<{ sources: readonly Passage[]; link: (source: Passage, words: string) => ReactNode } | null>(null);

/** Text in which [1] leads to the first source; any other number in brackets is text. */
export function Cites({ text }: { text: string }) {
  const cited = useContext(Cited);
  if (!cited || cited.sources.length === 0) return text;
  return text.split(/(\[\d{1,2}\])/).map((piece, index) => {
    const source = index % 2 === 1 ? cited.sources.find((one) => `[${one.n}]` === piece) : undefined;
    return <Fragment key={index}>{source ? cited.link(source, piece) : piece}</Fragment>;
  });
}
