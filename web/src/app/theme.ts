import { createStore } from "./store";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const kept = localStorage.getItem("theme");
export const theme = createStore<Theme>(themes.find((t) => t === kept) ?? "system");

const show = () => {
  document.documentElement.dataset["theme"] = theme.get();
};
show();
theme.follow(() => {
  localStorage.setItem("theme", theme.get());
  show();
});
