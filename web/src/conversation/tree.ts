import type { Schema } from "../api/client";

export type Node = Schema["OutlineItem"];

/** A conversation's shape: every message of every branch, without words. Places are those of `messages?tree=true`. */
export interface Tree {
  nodes: readonly Node[];
  place: ReadonlyMap<string, number>;
  /** Replies of a message in their order; "" has the beginnings. */
  children: ReadonlyMap<string, readonly string[]>;
}

export function treeOf(nodes: readonly Node[]): Tree {
  const place = new Map(nodes.map((node, index) => [node.id, index]));
  const children = new Map<string, string[]>();
  for (const node of nodes) {
    const parent = node.parent_id !== null && place.has(node.parent_id) ? node.parent_id : "";
    const list = children.get(parent);
    if (list) list.push(node.id);
    else children.set(parent, [node.id]);
  }
  return { nodes, place, children };
}

/** One message of a path, and which of its siblings it is. */
export interface Step {
  node: Node;
  /** Where `messages?tree=true` has it. */
  offset: number;
  siblings: readonly string[];
  sibling: number;
}

/**
 * The path through a message: from the first message down to it, and on where `chosen`, the active path or else the
 * newest branch goes. Hidden messages are left out unless they are the one that is asked for.
 */
export function pathOf(tree: Tree, through: string | null, chosen: ReadonlyMap<string, string> = new Map()): Step[] {
  const forced = new Map(chosen);
  const climbed = new Set<string>();
  for (let id = through; id !== null; ) {
    const offset = tree.place.get(id);
    if (offset === undefined) break;
    const parent = tree.nodes[offset]!.parent_id;
    const above = parent !== null && tree.place.has(parent) ? parent : "";
    // The server breaks circles of its messages; one that came all the same ends here.
    if (climbed.has(id)) break;
    climbed.add(id);
    forced.set(above, id);
    id = above === "" ? null : above;
  }
  const path: Step[] = [];
  const seen = new Set<string>();
  for (let parent = ""; ; ) {
    const siblings = tree.children.get(parent);
    if (!siblings) break;
    const wanted = forced.get(parent);
    const id =
      wanted !== undefined && siblings.includes(wanted)
        ? wanted
        : (siblings.find((one) => tree.nodes[tree.place.get(one)!]!.active) ?? siblings.at(-1)!);
    if (seen.has(id)) break;
    seen.add(id);
    const offset = tree.place.get(id)!;
    const node = tree.nodes[offset]!;
    if (!node.hidden || id === through) path.push({ node, offset, siblings, sibling: siblings.indexOf(id) });
    parent = id;
  }
  return path;
}

/** About how high a message will be, before its words are known: wrong by little, so that little moves. */
export function heightOf(node: Node, width: number): number {
  const perLine = Math.max(24, Math.min(width, 720) / 7.6);
  return node.role === "tool" ? 60 : 62 + Math.ceil(Math.min(node.size, 60_000) / perLine) * 25;
}
