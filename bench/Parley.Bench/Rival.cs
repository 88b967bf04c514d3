using System.Diagnostics;
using System.Globalization;

namespace Parley.Bench;

/// <summary>Another engine over the same texts, asked one query at a time; times are its own, without HTTP or snippets.</summary>
internal abstract class Rival : IDisposable
{
    /// <summary>Some take seconds for some queries: so long each class is asked, though three times at least.</summary>
    private static readonly TimeSpan ClassTime = TimeSpan.FromSeconds(8);

    public abstract string Name { get; }

    /// <summary>What it calls newest first and best first.</summary>
    public abstract (string Ranked, string Newest) Orders { get; }

    /// <summary>Milliseconds to the first 20 hits.</summary>
    protected abstract double Ask(QueryForms query, bool newest);

    public abstract void Dispose();

    public double Median(Func<int, QueryForms> queries, int most, bool newest)
    {
        var times = new List<double>();
        var began = Stopwatch.GetTimestamp();
        for (var index = 0; index < most && (index < 3 || Stopwatch.GetElapsedTime(began) < ClassTime); index++)
        {
            times.Add(Ask(queries(index), newest));
        }

        times.Sort();
        return times[times.Count / 2];
    }

    protected static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>One query as a list of words, and what is asked of them.</summary>
internal sealed record QueryForms(QueryForm Form, params string[] Words)
{
    public string Fts5 =>
        Form switch
        {
            QueryForm.Phrase => $"\"{string.Join(' ', Words)}\"",
            QueryForm.Prefix => Words[0] + "*",
            QueryForm.Any => string.Join(" OR ", Words),
            _ => string.Join(' ', Words),
        };

    public string TsQuery =>
        Form switch
        {
            QueryForm.Phrase => string.Join(" <-> ", Words),
            QueryForm.Prefix => Words[0] + ":*",
            QueryForm.Any => string.Join(" | ", Words),
            _ => string.Join(" & ", Words),
        };
}

internal enum QueryForm
{
    All,
    Any,
    Phrase,
    Prefix,
}
