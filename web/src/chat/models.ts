import { useEffect } from "react";
import { api, of, type Schema } from "../api/client";
import { createStore, useStore } from "../app/store";

export type Model = Schema["ModelView"];

/** Null: not asked yet, or it could not be told. */
const models = createStore<readonly Model[] | null>(null);
let asked = false;

/** The models one may ask; known once for the page. */
export function useModels() {
  useEffect(() => {
    if (asked) return;
    asked = true;
    of(api.GET("/api/models/list")).then(
      (list) => models.set(list.items),
      async () => {
        asked = false; // the next conversation asks again
        // Without models there is nothing to write to: those that were there may be there again once the server is.
        const known = await import("../offline/device").then(({ keptModels }) => keptModels()).catch(() => []);
        if (models.get() === null && known.length > 0) models.set(known);
      },
    );
  }, []);
  return useStore(models);
}

/** The first of the names that is a model one may ask; else the first model. Null where there is none. */
export function modelOf(list: readonly Model[] | null, ...names: (string | null | undefined)[]): string | null {
  return names.find((name) => list?.some((model) => model.name === name)) ?? list?.[0]?.name ?? null;
}

/** What one chose last. */
export const lastModel = () => localStorage.getItem("model");
