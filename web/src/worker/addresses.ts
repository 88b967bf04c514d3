/**
 * Whether an address is the page: what RequestPaths.cs has of them, told once more, since a worker shares no script with
 * the page. addresses.test.ts holds both to each other.
 */
export const isPage = (path: string) =>
  path === "/" || /^\/(c|d|requirements)\/./.test(path) || /^\/(search|import|documents|requirements|insight|settings|admin|signin)\/?$/.test(path);
