/** How statements around one are drawn: in columns by how many links away they are, to the right where links lead away from it. */

export const size = { width: 176, height: 44, across: 112, down: 16, edge: 12 } as const;

export interface Edge {
  from: string;
  to: string;
}

export interface Spot {
  column: number;
  row: number;
  x: number;
  y: number;
}

export interface Drawing {
  spots: ReadonlyMap<string, Spot>;
  width: number;
  height: number;
}

/** Deterministic: the same links give the same drawing, in whatever order they come. */
export function layout(center: string, edges: readonly Edge[]): Drawing {
  const columns = columnsOf(center, edges);
  const around = new Map<string, string[]>();
  for (const { from, to } of edges) {
    for (const [one, other] of [[from, to], [to, from]] as const) around.set(one, [...(around.get(one) ?? []), other]);
  }
  const byColumn = new Map<number, string[]>();
  for (const [id, column] of columns) byColumn.set(column, [...(byColumn.get(column) ?? []), id]);

  // From the middle outwards: each column in the order of what it hangs on (the barycentre of what is placed already).
  const rows = new Map<string, number>();
  for (const column of [...byColumn.keys()].toSorted((a, b) => Math.abs(a) - Math.abs(b) || a - b)) {
    const ids = byColumn.get(column)!;
    const heavy = (id: string) => {
      const placed = (around.get(id) ?? []).flatMap((other) => (columns.get(other) !== column && rows.has(other) ? [rows.get(other)!] : []));
      return placed.length === 0 ? 0 : placed.reduce((sum, row) => sum + row, 0) / placed.length;
    };
    const weights = new Map(ids.map((id) => [id, heavy(id)]));
    ids.sort((a, b) => weights.get(a)! - weights.get(b)! || (a < b ? -1 : 1));
    // Centred: the middle of every column is the height of the statement in the middle.
    ids.forEach((id, index) => rows.set(id, index - (ids.length - 1) / 2));
  }

  const lowest = Math.min(0, ...columns.values());
  const top = Math.min(0, ...rows.values());
  const spots = new Map<string, Spot>();
  let [width, height] = [0, 0];
  for (const [id, column] of columns) {
    const row = rows.get(id)!;
    const x = size.edge + (column - lowest) * (size.width + size.across);
    const y = size.edge + (row - top) * (size.height + size.down);
    spots.set(id, { column, row, x, y });
    width = Math.max(width, x + size.width + size.edge);
    height = Math.max(height, y + size.height + size.edge);
  }
  return { spots, width, height };
}

/** Breadth first: what is on the right of the middle stays on the right. What no link reaches is not drawn. */
function columnsOf(center: string, edges: readonly Edge[]): Map<string, number> {
  const columns = new Map([[center, 0]]);
  for (let front = [center]; front.length > 0; ) {
    const next: string[] = [];
    for (const at of front) {
      const here = columns.get(at)!;
      // Links that lead away come first, so that a pair linked both ways stands on the right.
      for (const [step, other] of [
        ...edges.filter(({ from }) => from === at).map(({ to }) => [1, to] as const),
        ...edges.filter(({ to }) => to === at).map(({ from }) => [-1, from] as const),
      ]) {
        if (columns.has(other)) continue;
        columns.set(other, here + (here === 0 ? step : Math.sign(here)));
        next.push(other);
      }
    }
    front = next;
  }
  return columns;
}

/** The line of a link between two boxes, as an SVG path; from side to side, or around where they stand in one column. */
export function lineOf(from: Spot, to: Spot): { path: string; middle: { x: number; y: number } } {
  const y = (spot: Spot) => spot.y + size.height / 2;
  if (from.column === to.column) {
    const x = from.x + size.width;
    const out = x + size.across / 2;
    return { path: `M${x} ${y(from)}C${out} ${y(from)} ${out} ${y(to)} ${x} ${y(to)}`, middle: { x: x + size.across * 0.375, y: (y(from) + y(to)) / 2 } };
  }
  const right = to.column > from.column;
  const start = right ? from.x + size.width : from.x;
  const end = right ? to.x : to.x + size.width;
  const half = (start + end) / 2;
  return { path: `M${start} ${y(from)}C${half} ${y(from)} ${half} ${y(to)} ${end} ${y(to)}`, middle: { x: half, y: (y(from) + y(to)) / 2 } };
}

/** One line for each pair, however many links it stands for; with a tip at both ends where they go both ways. */
export function linesBetween<E extends Edge>(links: readonly E[]): { from: string; to: string; back: boolean; links: E[] }[] {
  const lines = new Map<string, { from: string; to: string; back: boolean; links: E[] }>();
  for (const link of links) {
    if (link.from === link.to) continue;
    const key = [link.from, link.to].toSorted().join(" ");
    const line = lines.get(key);
    if (!line) lines.set(key, { from: link.from, to: link.to, back: false, links: [link] });
    else {
      line.links.push(link);
      line.back ||= link.from !== line.from;
    }
  }
  return [...lines.values()];
}

/** Where an arrow leads from a box: the nearest one in the next column that way, or above and below in its own. */
export function neighbourOf(spots: ReadonlyMap<string, Spot>, at: string, way: "left" | "right" | "up" | "down"): string | null {
  const here = spots.get(at);
  if (!here) return null;
  let best: { id: string; far: number } | null = null;
  for (const [id, { column, row }] of spots) {
    const fits = way === "left" || way === "right" ? column === here.column + (way === "right" ? 1 : -1) : column === here.column && (way === "down" ? row > here.row : row < here.row);
    const far = Math.abs(row - here.row);
    if (fits && (best === null || far < best.far)) best = { id, far };
  }
  return best?.id ?? null;
}
