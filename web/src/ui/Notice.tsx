import type { ReactNode } from "react";

interface Props {
  title: string;
  children?: ReactNode;
  alert?: boolean;
  /** It stands below a heading of the page; else it is all the page says. */
  below?: boolean;
}

/** A state of its own: empty, failed, not there. */
export const Notice = ({ title, children, alert, below }: Props) => (
  <div className="notice" role={alert ? "alert" : undefined}>
    {below ? <h2>{title}</h2> : <h1>{title}</h1>}
    {children}
  </div>
);
