import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: ["chrome120", "firefox121", "safari17.2"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The service worker has a name that stays, since browsers look for a newer one under it.
    rollupOptions: {
      input: { index: "index.html", sw: "src/worker/sw.ts" },
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  // `npm run dev`: the page with reload, over a Parley that runs beside it (./dev run).
  server: { proxy: { "/api": "http://127.0.0.1:7447" } },
});
