// The feed through the npm packages eventsource and ws, neither of which knows Parley.
import { EventSource } from "eventsource";
import WebSocket from "ws";

const names = ["resync", "turn", "conversation", "turn_event"];
const isDone = ({ name, data }) => name === "turn_event" && data.event === "done";

/** A body that breaks off after so many events. */
function cut(response, events) {
  const decoder = new TextDecoder();
  let seen = 0;
  const pieces = response.body.pipeThrough(
    new TransformStream({
      transform(piece, to) {
        for (const part of decoder.decode(piece, { stream: true }).split(/(?<=\n\n)/)) {
          if (seen >= events) return to.error(new Error("cut"));
          to.enqueue(new TextEncoder().encode(part));
          seen += part.startsWith("id: ") && part.includes("\ndata: ") ? 1 : 0;
        }
      },
    }),
  );
  return new Response(pieces, { status: response.status, headers: response.headers });
}

export const calls = {
  // Reads until an answer is done. Its connection is cut after a few events, and EventSource comes back by itself.
  stream: ({ at, key, cutAfter }, began) =>
    new Promise((resolve, reject) => {
      const heard = [];
      const sent = [];
      const source = new EventSource(`${at}/api/events?words=true`, {
        fetch: async (url, init) => {
          sent.push(init.headers["Last-Event-ID"] ?? null);
          const response = await fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${key}` } });
          return sent.length === 1 ? cut(response, cutAfter) : response;
        },
      });
      for (const name of names) {
        source.addEventListener(name, (event) => {
          const next = { name, id: event.lastEventId, data: JSON.parse(event.data) };
          heard.push(next);
          if (name === "resync") began();
          if (isDone(next)) {
            source.close();
            resolve({ heard, sent });
          }
        });
      }
      source.onerror = (error) => error.code && reject(Object.assign(new Error(error.message), { status: error.code }));
    }),

  // The same over sockets, which are opened anew by hand. The token is shown among the protocols, as a page would.
  socket: ({ at, key, cutAfter }, began) =>
    new Promise((resolve, reject) => {
      const heard = [];
      const sent = [];
      let id = null;
      let pings = 0;
      const open = () => {
        const isFirst = sent.length === 0;
        let left = false;
        sent.push(id);
        const from = id === null ? "" : `&last_event_id=${id}`;
        const protocols = ["parley", `parley.token.${key}`];
        const socket = new WebSocket(`${at.replace("http", "ws")}/api/ws?words=true${from}`, protocols);
        socket.on("ping", () => pings++);
        socket.on("error", reject);
        socket.on("message", (text) => {
          if (left) return; // what had come already is not heard either
          const message = JSON.parse(text);
          id = message.id ?? id;
          if (message.event === "ready") return began();
          const next = { name: message.event, id, data: message.data };
          heard.push(next);
          if (isDone(next)) {
            socket.close();
            resolve({ heard, sent, protocol: socket.protocol, pings });
          } else if (isFirst && heard.length > cutAfter) {
            left = true;
            socket.removeAllListeners("error").on("error", () => {});
            socket.terminate();
            open();
          }
        });
      };
      open();
    }),
};
