using System.Text;
using Parley.Conversations;
using Parley.Kernel.Html;

namespace Parley.Import.Formats.Gemini;

/// <summary>Rows of <c>MyActivity.html</c>, one at a time: the cell, and what its words mean.</summary>
internal sealed class ActivityHtml(RecordContext record)
{
    private readonly HtmlMarkdown markdown = new();

    /// <summary>Null for a row of another product, and for what cannot be read; the report then says so.</summary>
    public ActivityRow? Read(string html)
    {
        if (ActivityCell.Read(html, markdown) is not { } cell)
        {
            record.Fail("bad-record", "the row has no content cell");
            return null;
        }

        if (!ActivityVerbs.IsGemini(cell.Product))
        {
            record.Ignore("other-product", $"activity of another product: {RecordContext.Short(cell.Product)}");
            return null;
        }

        var row = new ActivityRow
        {
            Entry = record.Entry,
            Index = record.Index,
            Time = cell.Time?.Micros,
            Title = cell.Title,
            Conversation = cell.Conversations.Count == 1 ? cell.Conversations[0] : null,
        };
        WarnOfTime(cell.Time);
        var verb = ActivityVerbs.Read(row.Title, out var prompt);
        var answered = !cell.Answer.IsEmpty;
        row.IsTurn = verb == ActivityVerb.Prompt || answered || (verb == ActivityVerb.Unknown && cell.HasControls);
        row.Prompt = prompt;
        row.Files.AddRange(cell.Files);
        row.Answer = answered ? cell.Answer.Markdown : null;
        row.Media.AddRange(cell.Answer.Media);
        if (row.IsTurn && verb == ActivityVerb.Unknown)
        {
            record.Warn("unknown-verb", "the title does not begin with a known word for a prompt: it was kept whole");
        }

        if (!row.IsTurn)
        {
            var end = row.Title.IndexOf('\n', StringComparison.Ordinal);
            row.Prompt = end < 0 ? "" : row.Title[(end + 1)..].Trim();
            row.Title = end < 0 ? row.Title : row.Title[..end];
            var extras = record.Extras.Begin().Add("title"u8, row.Title);
            using var arena = new Utf8Arena();
            row.Extras = Encoding.UTF8.GetString(extras.Finish(arena).Span);
        }

        return row;
    }

    private void WarnOfTime(ActivityTime? time)
    {
        if (time is null)
        {
            record.Warn(
                "unknown-time",
                "the row has no time that can be read, so that its answer cannot be told from its prompt"
            );
        }
        else if (time.Value.Micros is null)
        {
            record.Warn("unknown-time", "the row's time is in a language that cannot be read: it was left out");
        }
        else if (time.Value.UnknownZone is { } zone)
        {
            record.Warn(
                "unknown-zone",
                zone.Length == 0
                    ? "the time names no zone: taken as UTC"
                    : $"unknown time zone \"{RecordContext.Short(zone)}\": taken as UTC"
            );
        }
    }
}
