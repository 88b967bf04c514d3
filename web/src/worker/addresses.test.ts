import { expect, test, vi } from "vitest";
import { isPage } from "./addresses";

test("the worker and the page know the same addresses", async () => {
  vi.stubGlobal("location", { pathname: "/", search: "" });
  vi.stubGlobal("addEventListener", () => {});
  const { routeOf } = await import("../app/router");
  const known = ["/", "/c/a-1", "/c/a-1/b-2", "/d/a-1", "/search", "/import", "/documents", "/requirements", "/requirements/a-1/links", "/insight", "/settings", "/admin", "/signin"];
  const others = ["/api/conversations", "/v1/models", "/ollama/api/tags", "/mcp", "/docs", "/s/token", "/preview", "/health", "/searching", "/c/", "/assets/index.js", "/setup"];
  expect(known.map((path) => routeOf(path).name).includes("nowhere")).toBe(false);
  expect(known.filter((path) => !isPage(path))).toEqual([]);
  expect(others.filter(isPage)).toEqual([]);
  vi.unstubAllGlobals();
});
