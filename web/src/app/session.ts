import { api, ApiError, of, type Schema, whenSignedOut } from "../api/client";
import { createStore } from "./store";

export type Session =
  | { state: "starting" }
  | { state: "failed"; reason: string }
  | { state: "out"; config: Schema["ConfigAnswer"] }
  | { state: "in"; config: Schema["ConfigAnswer"]; user: Schema["UserView"] };

export const session = createStore<Session>({ state: "starting" });

whenSignedOut(() => {
  const now = session.get();
  if (now.state === "in") session.set({ state: "out", config: now.config });
});

export async function start() {
  session.set({ state: "starting" });
  try {
    const config = await of(api.GET("/api/config"));
    try {
      session.set({ state: "in", config, user: await of(api.GET("/api/auth/me")) });
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== 401) throw failure;
      session.set({ state: "out", config });
    }
  } catch (failure) {
    session.set({ state: "failed", reason: failure instanceof Error ? failure.message : String(failure) });
  }
}

export function signedIn(user: Schema["UserView"]) {
  const now = session.get();
  if ("config" in now) session.set({ state: "in", config: now.config, user });
}

export async function signOut() {
  await of(api.POST("/api/auth/signout"));
  const now = session.get();
  if ("config" in now) session.set({ state: "out", config: now.config });
}
