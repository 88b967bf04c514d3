import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import type { Schema } from "../api/client";
import { navigate } from "../app/router";
import { actionOf } from "../keys/keys";
import type { Around } from "./around";
import { layout, lineOf, linesBetween, neighbourOf, size } from "./layout";
import { addressOf, calledBy, percent, relations, types } from "./names";
import "../styles/drawing.css";

interface Props extends Around {
  reached: Schema["ImpactView"] | null;
}

/** About so many letters have room in a box, in two lines. */
const letters = 23;

/** A name in at most two lines, cut between words. */
function linesOf(text: string): [string, string] {
  if (text.length <= letters) return [text, ""];
  const cut = text.lastIndexOf(" ", letters);
  const at = cut > letters / 2 ? cut : letters;
  const rest = text.slice(at).trimStart();
  return [text.slice(0, at), rest.length > letters ? `${rest.slice(0, letters - 1).trimEnd()}…` : rest];
}

/** A statement in the middle of what it is linked with. One box takes part in the tab order, the arrows walk, Enter goes on. */
export function Neighbourhood({ center, nodes, links, cut, reached }: Props) {
  const drawing = useMemo(() => layout(center, links.map((link) => ({ from: link.from_id, to: link.to_id }))), [center, links]);
  const lines = useMemo(() => linesBetween(links.map((link) => ({ ...link, from: link.from_id, to: link.to_id }))), [links]);
  const [chosen, setChosen] = useState(center);
  const box = useRef<HTMLDivElement>(null);
  /** Whoever goes on from box to box stays in the drawing. */
  const walked = useRef(false);
  const at = drawing.spots.has(chosen) ? chosen : center;
  const node = (id: string) => box.current?.querySelector<SVGElement>(`[data-node="${id}"]`);
  useEffect(() => {
    const middle = drawing.spots.get(center);
    const scroller = box.current;
    if (middle && scroller) scroller.scrollLeft = middle.x + size.width / 2 - scroller.clientWidth / 2;
    setChosen(center);
    if (walked.current) node(center)?.focus({ preventScroll: true });
    walked.current = false;
  }, [center, drawing]);

  const scores = new Map(reached?.items.map(({ statement, score }) => [statement.id, score]));
  function go(id: string) {
    const to = nodes.get(id);
    if (!to || id === center) return;
    walked.current = true;
    navigate(addressOf(to.document_id, "links", { at: id }));
  }
  function key(event: KeyboardEvent) {
    const action = actionOf("graph", event);
    if (action === null) return;
    event.preventDefault();
    if (action === "open") return go(at);
    const to = neighbourOf(drawing.spots, at, action);
    if (to === null) return;
    setChosen(to);
    const there = node(to);
    there?.focus({ preventScroll: true });
    there?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  const click = (event: MouseEvent, id: string) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(id);
  };
  return (
    <figure className="drawing">
      <div className="drawing-box" ref={box} onKeyDown={key}>
        <svg role="group" aria-label="Statements around it; the arrows walk, Enter puts one in the middle" width={drawing.width} height={drawing.height} viewBox={`0 0 ${drawing.width} ${drawing.height}`}>
          <defs>
            <marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
              <path d="M0 0 8 4 0 8Z" />
            </marker>
          </defs>
          {lines.map(({ from, to, back, links: [first, ...others] }) => {
            const [start, end] = [drawing.spots.get(from), drawing.spots.get(to)];
            if (!start || !end) return null;
            const { path, middle } = lineOf(start, end);
            const all = [first!, ...others];
            const sure = all.some((link) => link.state === "confirmed");
            return (
              // The list above says the same in words.
              <g key={`${from} ${to}`} aria-hidden="true" className={`line${sure ? "" : " found"}${all.some((link) => link.relation === "CONTRADICTS") ? " contradicts" : ""}`}>
                <path d={path} markerEnd="url(#tip)" markerStart={back ? "url(#tip)" : undefined} />
                <text x={middle.x} y={middle.y - 4} textAnchor="middle">
                  {relations[first!.relation][0]}
                  {others.length > 0 && ` +${others.length}`}
                </text>
              </g>
            );
          })}
          {[...drawing.spots].map(([id, spot]) => {
            const one = nodes.get(id)!;
            const score = scores.get(id);
            const [first, second] = linesOf(calledBy(one));
            const kind = id === center ? "box center" : score !== undefined ? "box reached" : "box";
            return (
              <a
                key={id}
                href={addressOf(one.document_id, "links", { at: id })}
                data-node={id}
                className={kind}
                tabIndex={id === at ? 0 : -1}
                aria-current={id === center ? "true" : undefined}
                onFocus={() => setChosen(id)}
                onClick={(event) => click(event, id)}
              >
                {/* What it is called; the lines are a part of that. */}
                <title>{`${types[one.type]}: ${calledBy(one)}${score === undefined ? "" : `; a change may reach it, ${percent(score)}`}`}</title>
                <rect x={spot.x} y={spot.y} width={size.width} height={size.height} rx="6" />
                <text aria-hidden="true" x={spot.x + 10} y={spot.y + (second === "" ? 27 : 19)}>
                  {first}
                </text>
                {second !== "" && (
                  <text aria-hidden="true" x={spot.x + 10} y={spot.y + 35}>
                    {second}
                  </text>
                )}
                {score !== undefined && (
                  <text aria-hidden="true" className="score" x={spot.x + size.width - 6} y={spot.y - 3} textAnchor="end">
                    {percent(score)}
                  </text>
                )}
              </a>
            );
          })}
        </svg>
      </div>
      {cut && <figcaption className="muted">There is more around it than is drawn.</figcaption>}
      {links.length === 0 && <figcaption className="muted">It is linked with nothing but what stands around it.</figcaption>}
    </figure>
  );
}
