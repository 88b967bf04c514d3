import { expect, test } from "vitest";
import { readEvents } from "./events";

const encoded = (text: string) => new TextEncoder().encode(text);

test("events are read whatever pieces they come in", async () => {
  const text = ': hello\n\nid: 1\nevent: token\ndata: {"a":"ü"}\n\nid: 2\ndata: one\ndata: two\n\nevent: empty\n\ndata: cut';
  const bytes = encoded(text);
  for (const size of [1, 3, 7, bytes.length]) {
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const seen = [];
    for await (const event of readEvents(new Response(body))) seen.push(event);
    expect(seen).toEqual([
      { id: "1", event: "token", data: '{"a":"ü"}' },
      { id: "2", event: "message", data: "one\ntwo" },
    ]);
  }
});
