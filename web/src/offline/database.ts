import type { Schema } from "../api/client";

/** Whose the device's words are. There is one owner at a time: nobody reads, and nothing is written, in another's name. */
export interface Owner {
  user: Schema["UserView"];
  config: Schema["ConfigAnswer"];
  models: readonly Schema["ModelView"][];
  /** When the server last said that they are signed in, in ms. */
  seen: number;
  /** Their session ended, and messages of theirs wait: these, and nothing else, stay until they sign in again. */
  ended?: true;
}

const names = ["owner", "kept", "words", "waiting"] as const;
type Name = (typeof names)[number];
export type Stores = (name: Name) => IDBObjectStore;

let opening: Promise<IDBDatabase> | null = null;

const open = () =>
  (opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open("parley", 1);
    request.onupgradeneeded = () => {
      const database = request.result;
      database.createObjectStore("owner");
      database.createObjectStore("kept", { keyPath: "id" });
      database.createObjectStore("words", { keyPath: "id" });
      database.createObjectStore("waiting", { keyPath: "key" });
    };
    request.onsuccess = () => {
      // A page of another version, or the browser's "clear site data", goes before this one.
      request.result.onversionchange = () => (request.result.close(), (opening = null));
      request.result.onclose = () => (opening = null);
      resolve(request.result);
    };
    request.onerror = () => ((opening = null), reject(request.error));
  }));

export const asked = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** All that `work` does is done, or nothing is. It may wait for requests of these stores, and for nothing else. */
export async function inStores<T>(mode: IDBTransactionMode, work: (at: Stores) => Promise<T>): Promise<T> {
  const transaction = (await open()).transaction(names, mode);
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the device did not keep it"));
  });
  done.catch(() => {}); // told below, where nothing else is
  let result: T;
  try {
    result = await work((name) => transaction.objectStore(name));
  } catch (failure) {
    if (mode === "readwrite") abort(transaction);
    throw failure;
  }
  await done;
  return result;
}

function abort(transaction: IDBTransaction) {
  try {
    transaction.abort();
  } catch {
    // A request of it failed, which has ended it already.
  }
}

export const ownerOf = (at: Stores): Promise<Owner | undefined> => asked(at("owner").get("owner") as IDBRequest<Owner | undefined>);

/** The same, for that account alone: once it has signed out, also in another tab, it is too late. */
export const asOwner = <T>(user: string, mode: IDBTransactionMode, work: (at: Stores) => Promise<T>) =>
  inStores(mode, async (at) => {
    if ((await ownerOf(at))?.user.id !== user) throw new Error("Nothing is kept on this device any more.");
    return work(at);
  });

/** A session ended: what was kept goes. What waits to be sent are words that are nowhere else. */
export async function close(at: Stores): Promise<number> {
  const owner = await ownerOf(at);
  const waiting = await asked(at("waiting").count());
  if (!owner || waiting === 0) {
    clear(at);
    return 0;
  }
  at("kept").clear();
  at("words").clear();
  const { user, config, seen } = owner;
  at("owner").put({ user, config, models: [], seen, ended: true } satisfies Owner, "owner");
  return waiting;
}

export function clear(at: Stores) {
  for (const name of names) at(name).clear();
}
