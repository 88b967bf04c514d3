// Vercel's AI SDK: the npm package ai, with its providers for OpenAI and for what is compatible with it.
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { Output, embedMany, generateText, stepCountIs, streamText, tool } from "ai";
import { City, Report, question, weather } from "./weather.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;
const openai = ({ at, key }) => createOpenAI({ baseURL: `${at}/openai/v1`, apiKey: key });
const compatible = ({ at, key }) =>
  createOpenAICompatible({ name: "parley", baseURL: `${at}/openai/v1`, apiKey: key, includeUsage: true, supportsStructuredOutputs: true });
const model = (asked) => (asked.compatible ? compatible(asked).chatModel(asked.model) : openai(asked).chat(asked.model));
const ask = (asked) => ({ model: model(asked), messages: question, maxRetries: 0 });

export const calls = {
  async chat(asked) {
    const answer = await generateText(ask(asked));
    return { text: answer.text, finish: answer.finishReason, usage: answer.usage };
  },
  async stream(asked) {
    let failure;
    const answer = streamText({ ...ask(asked), onError: ({ error }) => (failure = error) });
    let text = "";
    for await (const piece of answer.textStream) text += piece;
    if (failure) throw failure;
    return { text, thinking: (await answer.reasoningText) ?? "", finish: await answer.finishReason, usage: await answer.usage };
  },
  async tools(asked) {
    const results = [];
    const options = {
      ...ask(asked),
      stopWhen: stepCountIs(3),
      tools: { weather: tool({ description: "now", inputSchema: City, execute: (input) => results[results.push(weather(input)) - 1] }) },
    };
    const text = asked.stream ? await streamText(options).text : (await generateText(options)).text;
    return { text, results };
  },
  async structured(asked) {
    return (await generateText({ ...ask(asked), output: Output.object({ schema: Report }) })).output;
  },
  async embeddings(asked) {
    const of = asked.compatible ? compatible(asked).embeddingModel(asked.model) : openai(asked).embedding(asked.model);
    const { embeddings, usage } = await embedMany({ model: of, values: ["tea", "water"], maxRetries: 0 });
    return { vectors: embeddings, usage };
  },
  async responses(asked) {
    return { text: (await generateText({ ...ask(asked), model: openai(asked)(asked.model) })).text };
  },
  async abort(asked, began) {
    const leave = new AbortController();
    const answer = streamText({ ...ask(asked), abortSignal: leave.signal });
    for await (const piece of answer.fullStream) {
      if (piece.type === "text-delta") {
        began();
        leave.abort();
      }
    }
  },
};
