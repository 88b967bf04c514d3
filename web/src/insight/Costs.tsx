import { api, of, type Schema } from "../api/client";
import { allOf, useList, Wrong } from "../settings/parts";
import { count } from "../ui/format";

const micros = 1_000_000;

function money({ cost_micros, currency, estimated_calls }: Schema["CostTotal"]): string {
  if (cost_micros === null || currency === null) return "no price is known";
  const about = estimated_calls > 0 ? "about " : "";
  try {
    return about + new Intl.NumberFormat(navigator.language, { style: "currency", currency }).format(cost_micros / micros);
  } catch {
    return `${about}${cost_micros / micros} ${currency}`; // three letters that are no currency
  }
}

/** What asking models used and cost in the last year; nothing where none was asked. */
export function Costs() {
  const { items, wrong } = useList(() => {
    const from = new Date(Date.now() - 364 * 86_400_000).toISOString().slice(0, 10);
    return allOf((cursor) => of(api.GET("/api/models/costs", { params: { query: { from, by: "model", limit: 200, ...cursor } } })));
  });
  if (wrong === "" && !items?.length) return null;
  return (
    <>
      <h2 id="costs">What asking used, in a year</h2>
      <Wrong text={wrong} />
      <div className="sideways chart-table" tabIndex={0} role="region" aria-labelledby="costs">
        <table>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Calls</th>
              <th scope="col">Tokens read</th>
              <th scope="col">Tokens written</th>
              <th scope="col">Cost</th>
            </tr>
          </thead>
          <tbody>
            {items?.map((one) => (
              <tr key={`${one.model} ${one.currency}`}>
                <th scope="row" dir="auto">
                  {one.model ?? "not known"}
                </th>
                <td>{count(one.calls)}</td>
                <td>{count(one.prompt_tokens)}</td>
                <td>{count(one.completion_tokens)}</td>
                <td>{money(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
