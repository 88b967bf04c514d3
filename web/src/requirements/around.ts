import { api, of } from "../api/client";
import type { Brief, LinkView } from "./names";

/** What is drawn of a statement's neighbourhood. */
export interface Around {
  center: string;
  nodes: ReadonlyMap<string, Brief>;
  links: readonly LinkView[];
  /** There is more within the depth than is drawn. */
  cut: boolean;
}

/** Statements in a drawing at most: more could not be told apart. */
const most = 40;

/** Requests at a time: browsers keep few connections to one server. */
const together = 4;

export const readNode = (id: string, cursor: { cursor?: string } = {}) => of(api.GET("/api/graph/nodes/{id}", { params: { path: { id }, query: { limit: 100, ...cursor } } }));

/** Statements up to so many links away, nearest first; headings and lists are not followed, since they link everything with everything. */
export async function readAround(center: string, depth: number): Promise<Around> {
  const nodes = new Map<string, Brief>();
  const links = new Map<string, LinkView>();
  const waiting: LinkView[] = [];
  let cut = false;
  let front = [center];
  for (let far = 0; far < depth && front.length > 0; far++) {
    const next: string[] = [];
    for (let at = 0; at < front.length; at += together) {
      const read = await Promise.all(front.slice(at, at + together).map((id) => readNode(id)));
      for (const { statement, links: found, neighbours, next_cursor } of read) {
        if (statement.id === center) nodes.set(center, statement);
        cut ||= next_cursor !== null;
        const known = new Map(neighbours.map((one) => [one.id, one]));
        for (const link of found) {
          if (link.id === null) continue;
          const other = link.from_id === statement.id ? link.to_id : link.from_id;
          waiting.push(link);
          if (nodes.has(other)) continue;
          if (nodes.size >= most) cut = true;
          else {
            nodes.set(other, known.get(other)!);
            next.push(other);
          }
        }
      }
    }
    front = next;
  }
  for (const link of waiting) if (nodes.has(link.from_id) && nodes.has(link.to_id)) links.set(link.id!, link);
  return { center, nodes, links: [...links.values()], cut };
}
