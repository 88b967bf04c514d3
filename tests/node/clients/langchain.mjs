// LangChain's client for OpenAI: the npm package @langchain/openai.
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { City, Report, question, weather } from "./weather.mjs";

const configuration = ({ at }) => ({ baseURL: `${at}/openai/v1` });
const of = (asked) => new ChatOpenAI({ model: asked.model, apiKey: asked.key, maxRetries: 0, configuration: configuration(asked) });
const now = tool(weather, { name: "weather", description: "now", schema: City });

export const calls = {
  async chat(asked) {
    const answer = await of(asked).invoke(question);
    return { text: answer.content, finish: answer.response_metadata.finish_reason, usage: answer.usage_metadata };
  },
  async stream(asked) {
    let all;
    for await (const piece of await of(asked).stream(question)) all = all ? all.concat(piece) : piece;
    return { text: all.content, finish: all.response_metadata.finish_reason, usage: all.usage_metadata };
  },
  async tools(asked) {
    const model = of(asked).bindTools([now]);
    const messages = [new HumanMessage(question[0].content)];
    const ask = async () => {
      if (!asked.stream) return model.invoke(messages);
      let all;
      for await (const piece of await model.stream(messages)) all = all ? all.concat(piece) : piece;
      return all;
    };
    const first = await ask();
    messages.push(first);
    for (const call of first.tool_calls) messages.push(await now.invoke(call));
    const results = messages.filter(ToolMessage.isInstance).map((m) => m.content);
    return { text: (await ask()).content, results };
  },
  // By a schema, or as the arguments of a tool the model must call.
  async structured(asked) {
    return of(asked).withStructuredOutput(Report, { name: "report", method: asked.method }).invoke(question);
  },
  async embeddings(asked) {
    const model = new OpenAIEmbeddings({ model: asked.model, apiKey: asked.key, maxRetries: 0, configuration: configuration(asked) });
    return { vectors: await model.embedDocuments(["tea", "water"]), one: await model.embedQuery("tea") };
  },
  async abort(asked, began) {
    const leave = new AbortController();
    for await (const _ of await of(asked).stream(question, { signal: leave.signal })) {
      began();
      leave.abort();
    }
  },
};
