import type { Schema } from "../api/client";
import { asked, asOwner, clear, close, inStores, ownerOf, type Owner, type Stores } from "./database";
import type { Shelf, Waiting } from "./queue";
import { atDoor, device, type Device, type Kept } from "./state";

/** As long as a session lives without being used: who has been away longer has to sign in again, here too. */
const longest = 30 * 24 * 60 * 60 * 1000;

const choiceOf = (user: string) => `keep ${user}`;

/**
 * Whether this device keeps what that account reads: where they said so, else where the page is installed, which nobody
 * does to a computer that they share with strangers.
 */
export function keeps(user: string): boolean {
  const said = localStorage.getItem(choiceOf(user));
  return said === null ? matchMedia("(display-mode: standalone)").matches : said === "on";
}

/** Who the device belongs to in this page; null where nothing is kept. */
let me: string | null = null;
export const owner = () => me;

/** Other tabs of the page. */
const tabs = new BroadcastChannel("parley-device");
tabs.onmessage = () => void show().catch(() => {});

async function read(at: Stores): Promise<Device> {
  const kept = (await asked(at("kept").getAll())) as Kept[];
  const waiting = (await asked(at("waiting").getAll())) as Waiting[];
  return { kept: kept.toSorted((a, b) => b.at - a.at), waiting: waiting.toSorted((a, b) => a.written - b.written) };
}

/** What is there now, shown; in other tabs too where this one changed it. */
export async function show(changed = false) {
  if (changed) tabs.postMessage("changed");
  device.set(me === null ? null : await asOwner(me, "readonly", read).catch(() => null));
}

/** The server says who is signed in: what is kept of anybody else goes, and of them too unless they want it. */
export async function claim(user: Schema["UserView"], config: Schema["ConfigAnswer"]) {
  const wanted = keeps(user.id);
  await inStores("readwrite", async (at) => {
    const before = await ownerOf(at);
    const same = before?.user.id === user.id;
    if (!same || !wanted) clear(at);
    if (wanted) put(at, { user, config, models: same ? before.models : [], seen: Date.now() });
  });
  me = wanted ? user.id : null;
  await show();
}

const put = (at: Stores, owner: Owner) => at("owner").put(owner, "owner");

/** Somebody signs out: nothing of anybody stays. */
export async function release() {
  me = null;
  device.set(null);
  await inStores("readwrite", async (at) => clear(at));
  tabs.postMessage("changed");
}

/** Nobody is signed in any more: what waits to be sent stays for its account, and nothing else. */
export async function end() {
  me = null;
  device.set(null);
  atDoor.set(await inStores("readwrite", close));
  tabs.postMessage("changed");
}

/** Who was signed in here when the server was last there, and not too long ago; for when it cannot be asked. */
export async function standIn(): Promise<Owner | null> {
  const known = await inStores("readwrite", async (at) => {
    const found = await ownerOf(at);
    if (found && !found.ended && Date.now() - found.seen <= longest && keeps(found.user.id)) return found;
    await close(at);
    return null;
  });
  me = known?.user.id ?? null;
  await show();
  return known;
}

/** The switch. */
export async function keep(on: boolean, user: Schema["UserView"], config: Schema["ConfigAnswer"]) {
  localStorage.setItem(choiceOf(user.id), on ? "on" : "off");
  await claim(user, config);
  tabs.postMessage("changed");
}

export async function keepModels(models: readonly Schema["ModelView"][]) {
  if (me === null) return;
  await asOwner(me, "readwrite", async (at) => put(at, { ...(await ownerOf(at))!, models }));
}

export const keptModels = async () => (me === null ? [] : asOwner(me, "readonly", async (at) => (await ownerOf(at))!.models));

/** The messages that wait, as `queue.ts` has to have them. */
export const shelf: Shelf = {
  all: () => asOwner(me ?? "", "readonly", async (at) => (await asked(at("waiting").getAll())) as Waiting[]),
  async change(items, without) {
    await asOwner(me ?? "", "readwrite", async (at) => {
      for (const item of items) at("waiting").put(item);
      if (without !== undefined) at("waiting").delete(without);
    });
    await show(true);
  },
};
