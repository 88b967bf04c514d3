import { expect, test } from "vitest";
import { follow, type News } from "./follow";

const body = (...events: [id: string, data: object][]) =>
  new Response(events.map(([id, data]) => `id: ${id}\nevent: x\ndata: ${JSON.stringify(data)}\n\n`).join(""));

test("a connection that ends is taken up behind the last event, and each event is told once", async () => {
  const ending = new AbortController();
  const asked: string[] = [];
  const waits: number[] = [];
  const told: News[] = [];
  const answers = [
    () => body(["1.1", { type: "resync" }], ["1.2", { type: "conversation", conversation_id: "a" }]),
    () => {
      throw new TypeError("cut off");
    },
    () => body(["1.3", { type: "conversation", conversation_id: "b" }]),
    () => {
      throw Object.assign(new Error("is no id"), { status: 400 });
    },
    // An id that comes alone counts too.
    () => new Response('event: resync\ndata: {"type":"resync"}\n\nid: 2.1\n\n'),
  ];
  const source = {
    open: async (last: string) => {
      asked.push(last);
      return answers[asked.length - 1]!();
    },
    wait: async (failures: number) => {
      waits.push(failures);
      if (asked.length === answers.length) ending.abort();
    },
  };
  const mark = { last: "" };
  await follow(source, mark, (news) => told.push(news), ending.signal);
  expect(asked).toEqual(["", "1.2", "1.2", "1.3", ""]);
  expect(mark.last).toBe("2.1");
  expect(waits).toEqual([0, 1, 0, 1, 0]);
  expect(told.map((news) => news.conversation_id ?? news.type)).toEqual(["resync", "a", "b", "resync"]);
});
