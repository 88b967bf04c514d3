import { Icon } from "../ui/Icon";
import { calledBy, methods, percent, relations, type Brief, type LinkView } from "./names";
import { confirm, reject } from "./decide";

/** Why there is a link: the words that say so, how it was found, how sure that is, who stands for it. */
export const Evidence = ({ link }: { link: LinkView }) => (
  <>
    {link.evidence !== "" && (
      <>
        <q dir="auto">{link.evidence}</q>:{" "}
      </>
    )}
    {link.reason} <span className="how muted">
      {link.state === "confirmed" ? (
        <>
          <Icon name="check" />
          {link.method === "person" ? "added by a person" : `confirmed; found ${methods[link.method]}`}
        </>
      ) : (
        `${methods[link.method]}, ${percent(link.confidence)} sure`
      )}
    </span>
  </>
);

interface Props {
  link: LinkView;
  from: Brief | undefined;
  to: Brief | undefined;
  onPut: (link: LinkView) => void;
  onGone: (link: LinkView) => void;
}

/** What a person may say of it; nothing of what follows from headings and lists. */
export function Decide({ link, from, to, onPut, onGone }: Props) {
  const { id } = link;
  if (id === null) return null;
  const said = `${from ? calledBy(from, 40) : "this"} ${relations[link.relation][0]} ${to ? calledBy(to, 40) : "that"}`;
  return (
    <span className="decide">
      {link.state === "found" && (
        <button className="plain" onClick={() => void confirm(link, onPut)}>
          <Icon name="check" />
          Confirm<span className="sr">: {said}</span>
        </button>
      )}
      <button className="plain" onClick={() => void reject({ ...link, id, ...(link.method === "person" && { added: link.reason }) }, () => onGone(link), onPut)}>
        <Icon name="close" />
        {link.method === "person" ? "Remove" : "Reject"}
        <span className="sr">: {said}</span>
      </button>
    </span>
  );
}
