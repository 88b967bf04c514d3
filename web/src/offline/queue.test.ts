import { expect, test } from "vitest";
import { blocked, nextOf, sendAll, type Outcome, type Shelf, type Waiting } from "./queue";

const item = (key: string, written: number, conversation: string | null = null, more: Partial<Waiting> = {}): Waiting => ({
  key,
  owner: "me",
  written,
  body: { message: key, ...(conversation !== null && { conversation_id: conversation, parent_id: "leaf" }) },
  tried: null,
  refused: null,
  ...more,
});

/** A shelf, and a server that keeps each key once. */
function world(...items: Waiting[]) {
  const kept = new Map(items.map((one) => [one.key, one]));
  const server = new Map<string, string>();
  const shelf: Shelf = {
    all: async () => [...kept.values()],
    change: async (put, without) => {
      for (const one of put) kept.set(one.key, one);
      if (without !== undefined) kept.delete(without);
    },
  };
  const take = (one: Waiting): Outcome => {
    server.set(one.key, server.get(one.key) ?? JSON.stringify(one.body));
    return { kind: "kept", answer: `answer to ${one.key}` };
  };
  return { kept, server, shelf, take };
}

test("messages go in the order they were written, and follow each other's answers", async () => {
  const { kept, server, shelf, take } = world(item("second", 2, "c"), item("first", 1, "c"), item("other", 3));
  const sent: string[] = [];
  expect(await sendAll(shelf, async (one) => (sent.push(one.key), take(one)), () => 10)).toBe("done");
  expect(sent).toEqual(["first", "second", "other"]);
  expect(JSON.parse(server.get("first")!).parent_id).toBe("leaf");
  expect(JSON.parse(server.get("second")!).parent_id).toBe("answer to first");
  expect(kept.size).toBe(0);
});

test("an answer that is lost leads to the very same request, which the server keeps once", async () => {
  const { kept, server, shelf, take } = world(item("a", 1, "c"), item("b", 2, "c"));
  const bodies: string[] = [];
  let lose = true;
  const post = async (one: Waiting): Promise<Outcome> => {
    bodies.push(`${one.key} ${JSON.stringify(one.body)}`);
    const outcome = take(one);
    return lose ? { kind: "away" } : outcome;
  };
  expect(await sendAll(shelf, post, () => 10)).toBe("away");
  expect(kept.get("a")!.tried).toBe(10);
  expect(bodies).toHaveLength(1);
  lose = false;
  expect(await sendAll(shelf, post, () => 20)).toBe("done");
  expect(bodies[1]).toBe(bodies[0]);
  expect([...server.keys()]).toEqual(["a", "b"]);
  expect(kept.size).toBe(0);
});

test("a page that dies after sending, before it forgets, sends the same again", async () => {
  const { kept, server, shelf, take } = world(item("a", 1));
  const dying = sendAll(shelf, async (one) => (take(one), Promise.reject(new Error("gone"))), () => 10);
  await expect(dying).rejects.toThrow("gone");
  expect(kept.size).toBe(1);
  expect(await sendAll(shelf, async (one) => take(one), () => 20)).toBe("done");
  expect(server.size).toBe(1);
  expect(kept.size).toBe(0);
});

test("one that is refused stays with its reason and holds back those behind it, not other conversations", async () => {
  const { kept, server, shelf, take } = world(item("a", 1, "c"), item("b", 2, "c"), item("d", 3, "d"));
  const post = async (one: Waiting): Promise<Outcome> => (one.key === "a" ? { kind: "refused", reason: "No." } : take(one));
  expect(await sendAll(shelf, post, () => 10)).toBe("done");
  expect(kept.get("a")).toMatchObject({ refused: "No.", tried: null });
  expect([...blocked([...kept.values()])]).toEqual(["b"]);
  expect(nextOf([...kept.values()])).toBeNull();
  expect([...server.keys()]).toEqual(["d"]);
  kept.delete("a");
  expect(nextOf([...kept.values()])!.key).toBe("b");
});

test("what was sent without an answer longer ago than the server remembers keys is not sent again by itself", async () => {
  const day = 24 * 60 * 60 * 1000;
  const { kept, shelf } = world(item("a", 1, null, { tried: 1 }));
  expect(await sendAll(shelf, async () => expect.unreachable(), () => day)).toBe("done");
  expect(kept.get("a")!.refused).toMatch(/may have arrived/);
});
