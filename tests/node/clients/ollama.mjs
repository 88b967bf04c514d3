// The npm package ollama.
import { Ollama } from "ollama";
import { z } from "zod";
import { Report, parameters, question, weather } from "./weather.mjs";

const of = ({ at, key }) => new Ollama({ host: `${at}/ollama`, headers: { Authorization: `Bearer ${key}` } });
const tools = [{ type: "function", function: { name: "weather", description: "now", parameters } }];

async function read(stream) {
  const read = { text: "", thinking: "", finish: null, usage: null, chunks: 0, calls: [] };
  for await (const chunk of stream) {
    read.chunks++;
    read.text += chunk.message?.content ?? chunk.response ?? "";
    read.thinking += chunk.message?.thinking ?? "";
    read.calls.push(...(chunk.message?.tool_calls ?? []));
    if (chunk.done) {
      read.finish = chunk.done_reason;
      read.usage = { prompt: chunk.prompt_eval_count, completion: chunk.eval_count };
    }
  }
  return read;
}

export const calls = {
  async chat(asked) {
    const answer = await of(asked).chat({ model: asked.model, messages: question });
    return { text: answer.message.content, finish: answer.done_reason, usage: { prompt: answer.prompt_eval_count, completion: answer.eval_count } };
  },
  async stream(asked) {
    return read(await of(asked).chat({ model: asked.model, messages: question, stream: true }));
  },
  async generate(asked) {
    return read(await of(asked).generate({ model: asked.model, prompt: "hi", system: "be short", stream: true }));
  },
  async tools(asked) {
    const messages = [...question];
    const results = [];
    for (let round = 0; round < 3; round++) {
      const answer = asked.stream
        ? await read(await of(asked).chat({ model: asked.model, messages, tools, stream: true }))
        : await of(asked).chat({ model: asked.model, messages, tools });
      const called = asked.stream ? answer.calls : (answer.message.tool_calls ?? []);
      if (called.length === 0) return { text: asked.stream ? answer.text : answer.message.content, results };
      messages.push({ role: "assistant", content: "", tool_calls: called });
      for (const { function: f } of called) {
        results.push(weather(f.arguments));
        messages.push({ role: "tool", tool_name: f.name, content: results.at(-1) });
      }
    }
  },
  async structured(asked) {
    const answer = await of(asked).chat({ model: asked.model, messages: question, format: z.toJSONSchema(Report) });
    return Report.parse(JSON.parse(answer.message.content));
  },
  async embeddings(asked) {
    const answer = await of(asked).embed({ model: asked.model, input: ["tea", "water"] });
    const { embedding } = asked.older ? await of(asked).embeddings({ model: asked.model, prompt: "tea" }) : {};
    return { vectors: answer.embeddings, usage: answer.prompt_eval_count, one: embedding };
  },
  async models(asked) {
    const { models } = await of(asked).list();
    return { ids: models.map((m) => m.name), can: (await of(asked).show({ model: asked.model })).capabilities };
  },
  async abort(asked, began) {
    const stream = await of(asked).chat({ model: asked.model, messages: question, stream: true });
    for await (const _ of stream) {
      began();
      stream.abort();
    }
  },
};
