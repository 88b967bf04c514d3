import { useRef, useState } from "react";
import type { Message } from "../conversation/useConversation";
import { Icon, type IconName } from "../ui/Icon";
import { Menu, type MenuEntry } from "../ui/Menu";
import type { Acts } from "./messages";

const reactions = ["👍", "👎", "❤️", "🎉", "🤔"] as const;

interface Props {
  message: Message;
  acts: Acts;
  /** It is being written: nothing is done to it yet. */
  busy: boolean;
  onEdit: () => void;
}

/** What one does with a message; seen where one points or is, there for keys always. */
export function MessageTools({ message, acts, busy, onEdit }: Props) {
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  const more = useRef<HTMLButtonElement>(null);
  const tool = (action: string, icon: IconName, name: string, run: () => void, pressed?: boolean) => (
    <button className="plain" data-action={action} aria-pressed={pressed} title={name} onClick={run}>
      <Icon name={icon} />
      <span className="sr">{name}</span>
    </button>
  );
  const { change } = acts;
  const entries: (MenuEntry | null)[] = [
    { name: "Copy a link to it", icon: "link", run: () => acts.link(message) },
    { name: "Fork from here", icon: "fork", run: () => acts.fork(message) },
    ...(change
      ? [
          { name: "Share up to here…", icon: "share" as const, run: () => change.share(message) },
          null,
          ...reactions.map((one) => ({ name: one, checked: message.reactions.includes(one), run: () => change.react(message, one) })),
          null,
          { name: "Delete…", icon: "trash" as const, danger: true, run: () => change.remove(message) },
        ]
      : []),
  ];
  return (
    <span className="tools" role="group" aria-label="With this message">
      {tool("copy", "copy", "Copy", () => acts.copy(message))}
      {acts.ask && message.role === "user" && tool("edit", "edit", "Edit and ask", onEdit)}
      {acts.ask && message.role === "assistant" && !busy && tool("again", "again", "Answer again", () => acts.ask!.again(message))}
      {change && tool("pin", "pin", "Pin: told with every question after it", () => change.pin(message), message.pinned)}
      {change && tool("favourite", "star", "Favourite", () => change.favourite(message), message.favourite)}
      {!busy && (
        <button ref={more} className="plain" data-action="menu" aria-haspopup="menu" aria-expanded={menu !== null} onClick={() => setMenu(more.current)}>
          <Icon name="more" />
          <span className="sr">More</span>
        </button>
      )}
      {menu && <Menu label="With this message" anchor={menu} entries={entries} onClose={() => setMenu(null)} />}
    </span>
  );
}

/** What people said to it by one character; pressing takes it away. */
export const Reactions = ({ message, acts }: { message: Message; acts: Acts | null }) =>
  message.reactions.length === 0 ? null : (
    <p className="reactions" role="group" aria-label="Reactions">
      {message.reactions.map((one) =>
        acts?.change ? (
          <button key={one} aria-pressed="true" title="Take it away" onClick={() => acts.change!.react(message, one)}>
            {one}
          </button>
        ) : (
          <span key={one}>{one}</span>
        ),
      )}
    </p>
  );
