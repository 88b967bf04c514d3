import { useState } from "react";
import { messageOf, type Schema } from "../api/client";
import { useStore } from "../app/store";
import { mostBytes, mostKept } from "../offline/bounds";
import { keep } from "../offline/device";
import { keepNewest, keepUp } from "../offline/kept";
import { device } from "../offline/state";
import { bytes, plural } from "../ui/format";
import { Section, Wrong } from "./parts";

/** Whether this device keeps what one reads, for when the server is away. */
export function Device({ user, config }: { user: Schema["UserView"]; config: Schema["ConfigAnswer"] }) {
  const now = useStore(device);
  const [wrong, setWrong] = useState("");
  async function turn(on: boolean) {
    setWrong("");
    if (!on && now && now.waiting.length > 0) return setWrong("Messages wait to be sent: send or discard them first.");
    try {
      await keep(on, user, config);
      if (on) {
        keepUp();
        await keepNewest();
      }
    } catch (failure) {
      setWrong(messageOf(failure));
    }
  }
  return (
    <Section title="This device">
      <label className="check">
        <input type="checkbox" checked={now !== null} aria-describedby="device-hint" onChange={(event) => void turn(event.target.checked)} />
        Keep recent conversations on this device
      </label>
      <p className="muted hint" id="device-hint">
        While the server is away, up to {mostKept} conversations ({bytes(mostBytes)}) can be read and searched, and what you write is sent later. Whoever uses this
        browser can read them too; signing out deletes them. Leave it off on a computer you share.
      </p>
      <p role="status">{now && `${plural(now.kept.length, "conversation is", "conversations are")} kept here, ${bytes(now.kept.reduce((sum, one) => sum + one.bytes, 0))}.`}</p>
      <Wrong text={wrong} />
    </Section>
  );
}
