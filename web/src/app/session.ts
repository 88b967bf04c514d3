import { api, ApiError, connection, lose, messageOf, of, type Schema, whenSignedOut } from "../api/client";
import { device } from "../offline/state";
import { createStore } from "./store";

export type Session =
  | { state: "starting" }
  | { state: "failed"; reason: string }
  | { state: "out"; config: Schema["ConfigAnswer"] }
  /** Not sure: the server could not be asked, and what this device keeps says who it is. */
  | { state: "in"; config: Schema["ConfigAnswer"]; user: Schema["UserView"]; sure: boolean };

export const session = createStore<Session>({ state: "starting" });
const offline = () => import("../offline/start");

/** How long the server has to say who is signed in before what is kept here is shown, in ms. */
const patience = 4000;

whenSignedOut(() => {
  const now = session.get();
  if (now.state === "in") session.set({ state: "out", config: now.config });
});

// Where the device keeps nothing (a browser may forbid it) the page is as it was.
session.follow(() => {
  const now = session.get();
  if (now.state === "out") void offline().then(({ end }) => end()).catch(() => {});
  if (now.state === "in" && now.sure) void offline().then(({ accept }) => accept(now.user, now.config)).catch(() => {});
});

connection.follow(() => {
  const now = session.get();
  // Whoever was signed in may no longer be: before anything is sent, the server is asked.
  if (connection.get() === "ok" && now.state === "in" && (!now.sure || device.get() !== null)) void look().catch(() => {});
});

export async function start() {
  session.set({ state: "starting" });
  const late = setTimeout(() => void standIn(), patience);
  try {
    await look();
  } catch (failure) {
    const away = failure instanceof ApiError && failure.status === 0;
    if (!away || !(await standIn())) session.set({ state: "failed", reason: messageOf(failure) });
  } finally {
    clearTimeout(late);
  }
}

/** Asks the server who is signed in. */
async function look() {
  const config = await of(api.GET("/api/config"));
  try {
    const user = await of(api.GET("/api/auth/me"));
    const before = session.get();
    session.set({ state: "in", config, user, sure: true });
    // What is shown is somebody else's.
    if (before.state === "in" && before.user.id !== user.id) location.reload();
  } catch (failure) {
    if (!(failure instanceof ApiError) || failure.status !== 401) throw failure;
    session.set({ state: "out", config });
  }
}

/** Goes on with what this device keeps; false where that is nothing. */
async function standIn(): Promise<boolean> {
  const known = await offline()
    .then((device) => device.standIn())
    .catch(() => null);
  if (session.get().state !== "starting") return true;
  if (!known) return false;
  lose();
  session.set({ state: "in", config: known.config, user: known.user, sure: false });
  return true;
}

export function signedIn(user: Schema["UserView"]) {
  const now = session.get();
  if ("config" in now) session.set({ state: "in", config: now.config, user, sure: true });
}

export async function signOut() {
  // What is kept here goes first: it goes also where the server cannot be told.
  await offline().then(({ release }) => release()).catch(() => {});
  for (const key of Object.keys(localStorage)) if (key.startsWith("draft ")) localStorage.removeItem(key);
  await of(api.POST("/api/auth/signout"));
  const now = session.get();
  if ("config" in now) session.set({ state: "out", config: now.config });
}
