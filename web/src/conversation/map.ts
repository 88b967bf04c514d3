import type { Tree } from "./tree";

/** Messages that follow each other without another version of any: one line of the map. */
export interface Run {
  /** The first of them that is shown. */
  first: string;
  last: string;
  /** How many are shown. */
  count: number;
  /** Where `messages?tree=true` has the first. */
  offset: number;
  /** How many branches it lies aside; one that goes on where its branch does stays where that is. */
  depth: number;
  /** Something follows it at its own depth, below the branches that lie between. */
  goesOn: boolean;
}

/**
 * All branches of a conversation as lines from top to bottom: where messages have several answers, the side branches come
 * first, each set in by one, and then what goes on: the active path, else the newest. As many lines as branches end or
 * part, at most twice the messages.
 */
export function runsOf(tree: Tree): Run[] {
  const runs: Run[] = [];
  const seen = new Set<string>();
  // Last in, first out: what stands above is put there last.
  const open = (tree.children.get("") ?? []).map((id) => ({ id, depth: 0 })).reverse();
  for (let next; (next = open.pop()); ) {
    const { depth } = next;
    let run: Run | null = null;
    for (let id = next.id; ; ) {
      if (seen.has(id)) break;
      seen.add(id);
      const offset = tree.place.get(id)!;
      if (!tree.nodes[offset]!.hidden) {
        run ??= { first: id, last: id, count: 0, offset, depth, goesOn: false };
        run.last = id;
        run.count++;
      }
      const replies = tree.children.get(id) ?? [];
      if (replies.length === 1) {
        id = replies[0]!;
        continue;
      }
      if (replies.length > 1) {
        const on = replies.find((reply) => tree.nodes[tree.place.get(reply)!]!.active) ?? replies.at(-1)!;
        if (run) run.goesOn = true;
        open.push({ id: on, depth });
        for (const aside of replies.toReversed()) if (aside !== on) open.push({ id: aside, depth: depth + 1 });
      }
      break;
    }
    if (run) runs.push(run);
  }
  return runs;
}

/** The line that a message stands in: the last one that begins at it or above it on the path. -1 where there is none. */
export function placeOf(runs: readonly Run[], path: readonly { node: { id: string } }[], at: string | null): number {
  const above = new Set<string>();
  for (const { node } of path) {
    above.add(node.id);
    if (node.id === at) break;
  }
  // A path goes through its runs from top to bottom.
  return runs.findLastIndex((run) => above.has(run.first));
}

/** Whether something of the conversation was said twice. */
export const hasBranches = (tree: Tree) => [...tree.children.values()].some((replies) => replies.length > 1);
