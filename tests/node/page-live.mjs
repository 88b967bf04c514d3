// Two browsers of one person: what is done in one is seen in the other, also what was missed while it was away.
import { at, look, open, parley, seen, shifted, until, walk, wire } from "./walk.mjs";

await walk(async () => {
  const way = await wire();
  const here = await open({}, way.address);
  const there = await open();
  const after = [];
  here.on("request", (request) => request.url().endsWith("/api/events") && after.push(request.headers()["last-event-id"] ?? ""));
  const call = (method, path, body) =>
    there.evaluate(
      async ([method, path, body]) => {
        const answer = await fetch(path, { method, headers: { "Content-Type": "application/json" }, ...(body && { body: JSON.stringify(body) }) });
        return answer.status === 204 ? null : answer.json();
      },
      [method, path, body],
    );
  const row = (text) => here.locator(".list a", { hasText: text });

  await there.goto(`${parley}/signin`);
  await here.goto(`${way.address}/`);
  await here.waitForSelector(".sidebar .list-state");

  // The list follows.
  const made = await call("POST", "/api/conversations", { title: "Made elsewhere" });
  await row("Made elsewhere").waitFor();
  await call("PATCH", `/api/conversations/${made.id}`, { title: "Called otherwise", pinned: true });
  await row("Called otherwise").waitFor();
  await here.waitForSelector(".list h2:has-text('Pinned')");
  await call("DELETE", `/api/conversations/${made.id}`);
  await row("Called otherwise").waitFor({ state: "detached" });
  await call("POST", `/api/conversations/${made.id}/restore`);
  await row("Called otherwise").waitFor();

  // So does the conversation: a message, an answer as it is made, a title.
  await row("Called otherwise").click();
  await here.waitForURL(`**/c/${made.id}`);
  await here.waitForSelector(".conversation h1:has-text('Called otherwise')");
  await call("POST", `/api/conversations/${made.id}/messages`, { role: "user", content: "a question from elsewhere" });
  await until(here, "a question from elsewhere");
  await at("ask");
  void there.evaluate(
    (id) => void fetch("/api/chat/stream", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ message: "and one to a model", conversation_id: id }) }),
    made.id,
  );
  await until(here, "and one to a model");
  await until(here, "the beginning");
  await here.waitForSelector(".writing");
  await look(here, "followed");
  await at("begun");
  await until(here, "and the end");
  await here.waitForSelector(".writing", { state: "detached" });
  seen.shift = await shifted(here);

  // Away, and back: what was missed is told, from where it broke.
  way.cut();
  await here.waitForSelector(".banner");
  await call("PATCH", `/api/conversations/${made.id}`, { title: "Called so while away" });
  way.mend();
  await here.waitForSelector(".banner", { state: "detached" });
  await row("Called so while away").waitFor();
  await here.waitForSelector(".conversation h1:has-text('Called so while away')");
  seen.first = after[0];
  seen.last = after.at(-1);

  // Put into the bin while it is open.
  await call("DELETE", `/api/conversations/${made.id}`);
  await here.click("button:has-text('Take out of the bin')");
  await row("Called so while away").waitFor();
  await here.close();
  way.close();
});
