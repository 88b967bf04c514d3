import { createStore } from "../app/store";

/** Whether the list stands over the page, where there is no room beside it. */
export const drawer = createStore(false);
