const tips = [
  ['"hot water"', "these words, next to each other"],
  ["tea -green", "without a word"],
  ["tea OR coffee", "either"],
  ["brew*", "any ending"],
  ["provider:claude role:assistant", "from one program, by one side"],
  ["has:code after:2025-01", "with code, since a month"],
  ["in:title", "only titles"],
] as const;

/** What the query language can say. */
export const Tips = () => (
  <section className="tips" aria-labelledby="tips">
    <h2 id="tips">What can be asked</h2>
    <dl>
      {tips.map(([text, meaning]) => (
        <div key={text}>
          <dt>
            <code>{text}</code>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  </section>
);
