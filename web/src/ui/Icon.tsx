/** Line drawings of 16 by 16, in the colour of the text beside them; never the only name of anything. */
const paths = {
  search: "M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10Zm3.6-1.4L14 14",
  import: "M8 2v8m0 0L5 7m3 3 3-3M2.5 10.5V13h11v-2.5",
  menu: "M2 4h12M2 8h12M2 12h12",
  close: "m4 4 8 8m0-8-8 8",
  pin: "M6 2h4l-.5 4 2.5 2.5H4L6.500 6 6 2Zm2 6.500V14",
  left: "m10 3-5 5 5 5",
  right: "m6 3 5 5-5 5",
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
  image: "M2 3h12v10H2zm0 8 3.500-3.500L9 11l2-2 3 3M10.500 6h.01",
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name }: { name: IconName }) => (
  <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
