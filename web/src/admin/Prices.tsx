import { api, messageOf, of, type Schema } from "../api/client";
import { say } from "../ui/toasts";
import { Form, Section, useList, Wrong } from "../settings/parts";

type Price = Schema["PriceView"];

const micros = 1_000_000;
const money = (amount: number, currency: string) => {
  const value = amount / micros;
  try {
    return new Intl.NumberFormat(navigator.language, { style: "currency", currency, maximumFractionDigits: 6 }).format(value);
  } catch {
    return `${value} ${currency}`; // three letters that are no currency
  }
};

/** What models cost: kept by whoever runs the server, and booked with every call. */
export function Prices() {
  const { items, wrong, again } = useList(async () => (await of(api.GET("/api/models/prices"))).items);

  async function put(body: Schema["SetPrice"]) {
    await of(api.PUT("/api/models/prices", { body }));
    await again();
  }
  async function remove(one: Price) {
    try {
      await of(api.DELETE("/api/models/prices/{id}", { params: { path: { id: one.id } } }));
      const { upstream, model, currency, input_micros, cached_input_micros, output_micros } = one;
      say(`${one.model} has no price any more.`, { undo: () => put({ upstream, model, currency, input_micros, cached_input_micros, output_micros }) });
    } catch (failure) {
      say(messageOf(failure), { wrong: true });
    }
    await again();
  }

  return (
    <Section title="Prices">
      <Wrong text={wrong} />
      {items?.length === 0 && <p className="muted">There is none, so what asking costs is not known.</p>}
      <ul className="rows">
        {items?.map((one) => (
          <li key={one.id}>
            <div>
              <p>
                <code>{one.model}</code> {one.upstream && <span className="muted">of {one.upstream}</span>}
              </p>
              <p className="muted hint">
                For a million tokens: {money(one.input_micros, one.currency)} read, {one.cached_input_micros !== null && <>{money(one.cached_input_micros, one.currency)} from a cache, </>}
                {money(one.output_micros, one.currency)} written
              </p>
            </div>
            <button onClick={() => void remove(one)}>
              Remove<span className="sr"> the price of {one.model}</span>
            </button>
          </li>
        ))}
      </ul>
      <details>
        <summary>Set a price</summary>
        <Form
          label="Set a price"
          yes="Set it"
          run={async (said) => {
            const text = (name: string) => String(said.get(name)).trim();
            const amount = (name: string) => Math.round(Number(text(name)) * micros);
            await put({
              model: text("model"),
              currency: text("currency").toUpperCase(),
              input_micros: amount("input"),
              output_micros: amount("output"),
              ...(text("upstream") !== "" && { upstream: text("upstream") }),
              ...(text("cached") !== "" && { cached_input_micros: amount("cached") }),
            });
          }}
        >
          <div className="pair">
            <label>
              Model, or a pattern with *
              <input name="model" maxLength={200} required spellCheck={false} />
            </label>
            <label>
              Only of the model server
              <input name="upstream" maxLength={100} placeholder="any" dir="auto" />
            </label>
            <label>
              A million tokens read
              <input name="input" type="number" min={0} step="any" required />
            </label>
            <label>
              A million tokens written
              <input name="output" type="number" min={0} step="any" required />
            </label>
            <label>
              A million read from a cache
              <input name="cached" type="number" min={0} step="any" placeholder="as read" />
            </label>
            <label>
              Currency
              <input name="currency" pattern="[A-Za-z]{3}" defaultValue="USD" required spellCheck={false} />
            </label>
          </div>
          <p className="muted hint">A price that is there already for that model and server is replaced.</p>
        </Form>
      </details>
    </Section>
  );
}
