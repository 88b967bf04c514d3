import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { createStore, useStore } from "./store";

/** Where the page is: its address, taken apart. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

const here = (): Place => ({ path: location.pathname.replace(/(.)\/$/, "$1"), query: new URLSearchParams(location.search) });
const place = createStore(here());

addEventListener("popstate", () => place.set(here()));

export function navigate(to: string, options: { replace?: boolean } = {}) {
  if (options.replace) history.replaceState(null, "", to);
  else if (to !== location.pathname + location.search) history.pushState(null, "", to);
  place.set(here());
}

export const usePlace = () => useStore(place);

/** A link inside the page; a click with a modifier is the browser's. */
export function Link({ to, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { to: string }) {
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a href={to} onClick={go} {...rest} />;
}

const pages = ["search", "import", "documents", "requirements", "insight", "settings", "admin", "signin"] as const;

export type Route =
  | { name: "home" | "nowhere" | (typeof pages)[number] }
  | { name: "conversation"; id: string; message: string | null }
  | { name: "document"; id: string; piece: string | null }
  | { name: "requirement"; id: string; tab: RequirementTab };

/** The pages of a requirements document, as addresses spell them; the first is the document's own address. */
export const requirementTabs = ["statements", "links", "matrix", "conflicts", "coverage", "versions"] as const;
export type RequirementTab = (typeof requirementTabs)[number];

export function routeOf(path: string): Route {
  const conversation = /^\/c\/([\w-]+)(?:\/([\w-]+))?$/.exec(path);
  if (conversation) return { name: "conversation", id: conversation[1]!, message: conversation[2] ?? null };
  const document = /^\/d\/([\w-]+)(?:\/([\w-]+))?$/.exec(path);
  if (document) return { name: "document", id: document[1]!, piece: document[2] ?? null };
  const requirement = /^\/requirements\/([\w-]+)(?:\/(\w+))?$/.exec(path);
  const tab = requirement && requirementTabs.find((one, index) => (requirement[2] === undefined ? index === 0 : one === requirement[2]));
  if (requirement && tab) return { name: "requirement", id: requirement[1]!, tab };
  if (path === "/") return { name: "home" };
  return { name: pages.find((page) => path === `/${page}`) ?? "nowhere" };
}
