import { api, of, type Schema } from "../api/client";
import { claim, keepModels, owner } from "./device";
import { keepNewest, keepUp } from "./kept";
import { flush } from "./waiting";

export { end, release, standIn } from "./device";

/** The server said who is signed in: what waits is sent, and what is kept is brought up to date. */
export async function accept(user: Schema["UserView"], config: Schema["ConfigAnswer"]) {
  await claim(user, config);
  if (owner() === null) return;
  await flush();
  keepUp();
  await keepModels((await of(api.GET("/api/models/list"))).items);
  await keepNewest();
}
