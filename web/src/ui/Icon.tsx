/** Line drawings of 16 by 16, in the colour of the text beside them; never the only name of anything. */
const paths = {
  search: "M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10Zm3.6-1.4L14 14",
  import: "M8 2v8m0 0L5 7m3 3 3-3M2.5 10.5V13h11v-2.5",
  menu: "M2 4h12M2 8h12M2 12h12",
  close: "m4 4 8 8m0-8-8 8",
  pin: "M6 2h4l-.5 4 2.5 2.5H4L6.500 6 6 2Zm2 6.500V14",
  left: "m10 3-5 5 5 5",
  right: "m6 3 5 5-5 5",
  up: "m3 10 5-5 5 5",
  down: "m3 6 5 5 5-5",
  copy: "M5.500 5.500v-3h8v8h-3m-8-5h8v8h-8z",
  check: "m3 8.500 3.500 3.500L13 4.500",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.500m0 11V15M1 8h1.500m11 0H15M3 3l1 1m8 8 1 1m0-10-1 1m-8 8-1 1",
  moon: "M13 9.500A5.500 5.500 0 0 1 6.500 3a5.500 5.500 0 1 0 6.500 6.500Z",
  screen: "M2 3h12v8H2zM6 14h4",
  out: "M6 2.500H3v11h3M10 5l3 3-3 3m3-3H6",
  key: "M10 9.500a3.500 3.500 0 1 0-3.300-2.300L2 12v2h2.500v-1.500H6V11l1.500-1.700c.7.200 1.700.200 2.500.200ZM11 5h.01",
  file: "M4 1.500h5l3 3v10H4zM9 1.500v3h3",
  tool: "M9.500 4.500a3 3 0 0 1 4-2.500l-2 2 .7 1.300L13.500 6l.5-2a3 3 0 0 1-4 3.500l-5.500 6-2-2 6-5.500c-.2-.500-.2-1 0-1.500Z",
  thought: "M8 2a5 4.500 0 0 0-3 8l-.5 3L7.500 11H8a5 4.500 0 0 0 0-9Z",
  edit: "m3 13 .7-3 6.800-6.800a1.400 1.400 0 0 1 2 0l.300.300a1.400 1.400 0 0 1 0 2L6 12.300 3 13Z",
  again: "M13 8a5 5 0 1 1-1.500-3.600L13 6M13 2.500V6H9.500",
  fork: "M4 2v12M4 10c0-2.500 1-3.500 4-3.500s4-1 4-4.500",
  star: "m8 2 1.800 3.800 4.200.500-3.100 2.900.800 4.100L8 11.300l-3.700 2 .800-4.100L2 6.300l4.200-.500L8 2Z",
  more: "M2.500 8h1m4 0h1m4 0h1",
  trash: "M3 4h10M6.500 4V2.500h3V4m-5 0 .500 9.500h6l.500-9.500",
  folder: "M2 4h4l1.500 2H14v7H2z",
  tag: "M2 2h5.500L14 8.500 8.500 14 2 7.500zM5 5h.01",
  share: "M8 10V2m0 0L5 5m3-3 3 3M3 8v5.500h10V8",
  archive: "M2 3h12v3H2zm1 3v7.500h10V6M6.500 9h3",
  link: "m6.500 9.500 3-3M7 5l1.500-1.500a2.500 2.500 0 0 1 4 4L11 9M9 11l-1.500 1.500a2.500 2.500 0 0 1-4-4L5 7",
  play: "m5 3 8 5-8 5z",
  columns: "M2 3h12v10H2zM8 3v10",
  image: "M2 3h12v10H2zm0 8 3.500-3.500L9 11l2-2 3 3M10.500 6h.01",
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name }: { name: IconName }) => (
  <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
