import { useEffect, useRef, useState, type FormEvent } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import type { Item } from "../shell/conversations";
import { Dialog } from "../ui/Dialog";
import { moveTo, rename, tag } from "./conversations";

interface Props {
  item: Item;
  onClose: () => void;
}

export function Rename({ item, onClose }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <Dialog title="Rename" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const title = field.current!.value.trim();
          onClose();
          if (title !== (item.title ?? "")) void rename(item, title);
        }}
      >
        <label>
          Title
          <input ref={field} defaultValue={item.title ?? ""} maxLength={500} dir="auto" />
        </label>
        <Foot yes="Rename" onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** What has no undo is asked for. */
export function Confirm({ title, text, yes, run, onClose }: { title: string; text: string; yes: string; run: () => Promise<void>; onClose: () => void }) {
  const [state, setState] = useState({ busy: false, wrong: "" });
  async function go(event: FormEvent) {
    event.preventDefault();
    setState({ busy: true, wrong: "" });
    try {
      await run();
      onClose();
    } catch (failure) {
      setState({ busy: false, wrong: messageOf(failure) });
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void go(event)}>
        <p>{text}</p>
        <Wrong text={state.wrong} />
        <Foot yes={yes} danger busy={state.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

const most = 200;

/** All of a kind there are; a kind has a few hundred at most. */
function useAll<T>(read: (cursor: string | null) => Promise<{ items: T[]; next_cursor: string | null }>): { all: readonly T[] | null; wrong: string } {
  const [state, setState] = useState<{ all: readonly T[] | null; wrong: string }>({ all: null, wrong: "" });
  const first = useRef(read);
  useEffect(() => {
    let gone = false;
    void (async () => {
      const all: T[] = [];
      try {
        for (let cursor: string | null = null; ; ) {
          const page = await first.current(cursor);
          all.push(...page.items);
          cursor = page.next_cursor;
          if (cursor === null || all.length >= 10 * most) break;
        }
        if (!gone) setState({ all, wrong: "" });
      } catch (failure) {
        if (!gone) setState({ all: null, wrong: messageOf(failure) });
      }
    })();
    return () => void (gone = true);
  }, []);
  return state;
}

const query = (cursor: string | null) => ({ params: { query: { limit: most, ...(cursor !== null && { cursor }) } } });

/** A folder's name behind those it lies in. */
function pathsOf(folders: readonly Schema["FolderView"][]): { id: string; name: string; path: string }[] {
  const known = new Map(folders.map((folder) => [folder.id, folder]));
  const path = (folder: Schema["FolderView"], depth = 0): string => {
    const parent = folder.parent_id === null || depth > 20 ? undefined : known.get(folder.parent_id);
    return parent ? `${path(parent, depth + 1)} / ${folder.name}` : folder.name;
  };
  return folders.map((folder) => ({ id: folder.id, name: folder.name, path: path(folder) })).toSorted((a, b) => a.path.localeCompare(b.path));
}

export function Folders({ item, onClose }: Props) {
  const { all, wrong: unread } = useAll((cursor) => of(api.GET("/api/folders", query(cursor))));
  const [chosen, setChosen] = useState(item.folder?.id ?? "");
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  async function move(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      const made = name.trim() === "" ? null : await of(api.POST("/api/folders", { body: { name: name.trim() } }));
      const folder = made ?? all?.find((one) => one.id === chosen) ?? null;
      onClose();
      if ((folder?.id ?? "") !== (item.folder?.id ?? "")) void moveTo(item, folder);
    } catch (failure) {
      setWrong(messageOf(failure));
      setBusy(false);
    }
  }
  return (
    <Dialog title="Folder" onClose={onClose}>
      <form className="stack" onSubmit={(event) => void move(event)}>
        <label>
          Move to
          <select value={chosen} disabled={all === null || name.trim() !== ""} onChange={(event) => setChosen(event.target.value)} dir="auto">
            <option value="">No folder</option>
            {all ? (
              pathsOf(all).map((one) => (
                <option key={one.id} value={one.id}>
                  {one.path}
                </option>
              ))
            ) : item.folder ? (
              <option value={item.folder.id}>{item.folder.name}</option>
            ) : null}
          </select>
        </label>
        <label>
          Or a new one
          <input value={name} maxLength={200} dir="auto" placeholder="Name" onChange={(event) => setName(event.target.value)} />
        </label>
        <Wrong text={wrong || unread} />
        <Foot yes="Move" busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function Tags({ item, onClose }: Props) {
  const { all, wrong } = useAll((cursor) => of(api.GET("/api/tags", query(cursor))));
  const [chosen, setChosen] = useState<readonly string[]>(item.tags);
  const [name, setName] = useState("");
  const has = (one: string) => chosen.some((other) => other.toLowerCase() === one.toLowerCase());
  const names = [...item.tags, ...(all ?? []).map((one) => one.name), ...chosen].filter((one, index, list) => list.findIndex((other) => other.toLowerCase() === one.toLowerCase()) === index);
  const withNew = () => (name.trim() === "" || has(name.trim()) ? chosen : [...chosen, name.trim()]);
  return (
    <Dialog title="Tags" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const tags = withNew();
          onClose();
          if (tags.join("\n") !== item.tags.join("\n")) void tag(item, tags);
        }}
      >
        <label>
          A new tag
          <span className="with-button">
            <input value={name} maxLength={100} dir="auto" onChange={(event) => setName(event.target.value)} />
            <button
              type="button"
              className="plain"
              disabled={name.trim() === ""}
              onClick={() => {
                setChosen(withNew());
                setName("");
              }}
            >
              Add
            </button>
          </span>
        </label>
        {names.length > 0 && (
          <fieldset className="choices">
            <legend>Tags</legend>
            {names.map((one) => (
              <label key={one} className="check">
                <input type="checkbox" checked={has(one)} onChange={() => setChosen(has(one) ? chosen.filter((other) => other.toLowerCase() !== one.toLowerCase()) : [...chosen, one])} />
                <span dir="auto">{one}</span>
              </label>
            ))}
          </fieldset>
        )}
        <Wrong text={wrong} />
        <Foot yes="Save" onClose={onClose} />
      </form>
    </Dialog>
  );
}

const Wrong = ({ text }: { text: string }) =>
  text === "" ? null : (
    <p className="wrong" role="alert">
      {text}
    </p>
  );

const Foot = ({ yes, busy, danger, onClose }: { yes: string; busy?: boolean; danger?: boolean; onClose: () => void }) => (
  <div className="dialog-foot">
    <button type="button" onClick={onClose}>
      Cancel
    </button>
    <button className={danger ? "primary danger" : "primary"} disabled={busy}>
      {yes}
    </button>
  </div>
);
