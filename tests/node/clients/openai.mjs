// The npm package openai.
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { Report, parameters, question, weather } from "./weather.mjs";

const of = ({ at, key }) => new OpenAI({ baseURL: `${at}/openai/v1`, apiKey: key, maxRetries: 0 });

async function read(stream) {
  const read = { text: "", thinking: "", finish: null, usage: null, chunks: 0 };
  for await (const chunk of stream) {
    const choice = chunk.choices[0];
    read.chunks++;
    read.text += choice?.delta.content ?? "";
    read.thinking += choice?.delta.reasoning_content ?? "";
    read.finish = choice?.finish_reason ?? read.finish;
    read.usage = chunk.usage ?? read.usage;
  }
  return read;
}

export const calls = {
  async chat(asked) {
    const answer = await of(asked).chat.completions.create({ model: asked.model, messages: question });
    const [{ message, finish_reason: finish }] = answer.choices;
    return { text: message.content, finish, usage: answer.usage, object: answer.object };
  },
  async stream(asked) {
    const options = { model: asked.model, messages: question, stream: true, stream_options: { include_usage: true } };
    return read(await of(asked).chat.completions.create(options));
  },
  // The helper that gathers a stream, and checks each of its chunks.
  async gathered(asked) {
    const stream = of(asked).chat.completions.stream({ model: asked.model, messages: question });
    const answer = await stream.finalChatCompletion();
    return { text: answer.choices[0].message.content, finish: answer.choices[0].finish_reason };
  },
  async tools(asked) {
    const run = of(asked).chat.completions.runTools({
      model: asked.model,
      messages: question,
      stream: asked.stream,
      tools: [{ type: "function", function: { name: "weather", description: "now", parameters, function: weather, parse: JSON.parse } }],
    });
    return { text: await run.finalContent(), results: run.messages.filter((m) => m.role === "tool").map((m) => m.content) };
  },
  async structured(asked) {
    const answer = await of(asked).chat.completions.parse({
      model: asked.model,
      messages: question,
      response_format: zodResponseFormat(Report, "report"),
    });
    return answer.choices[0].message.parsed;
  },
  // The library asks for base64 by itself, and takes what comes for that.
  async embeddings(asked) {
    const { data, usage } = await of(asked).embeddings.create({ model: asked.model, input: ["tea", "water"] });
    return { vectors: data.map((d) => d.embedding), usage };
  },
  async models(asked) {
    const ids = [];
    for await (const model of of(asked).models.list()) ids.push(model.id);
    return { ids, one: (await of(asked).models.retrieve(asked.model)).id };
  },
  async responses(asked) {
    const stream = await of(asked).responses.create({ model: asked.model, input: "hi", stream: true });
    let text = "";
    for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
    return { text };
  },
  async abort(asked, began) {
    const leave = new AbortController();
    const options = { model: asked.model, messages: question, stream: true };
    const stream = await of(asked).chat.completions.create(options, { signal: leave.signal });
    for await (const _ of stream) {
      began();
      leave.abort();
    }
  },
};
