// What every client asks: one tool, and one shape of answer.
import { z } from "zod";

export const question = [{ role: "user", content: "What is the weather in Köln?" }];
export const parameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
export const City = z.object({ city: z.string() });
export const Report = z.object({ city: z.string(), degrees: z.number() });
export const weather = ({ city }) => `18 degrees in ${city}`;
