using System.Buffers;
using System.Globalization;
using Parley.Conversations;

namespace Parley.Import;

/// <summary>
/// The global history of prompts that coding agents keep beside their sessions. Sessions are deleted after some weeks,
/// the history stays: what it holds of sessions that are not in the source becomes a document for each project, so
/// that it is found, and never counts as messages.
/// </summary>
internal sealed class PromptHistory(
    RecordContext record,
    string provider,
    string text,
    string time,
    string project,
    string session
)
{
    /// <summary>One line: <c>{text, time, project, session}</c> under the names given.</summary>
    public void Read(SourceEntry entry, Func<string, bool> isImported)
    {
        var projects = new Dictionary<string, Prompts>();
        using (var lines = RecordReader.Lines(entry, record))
        {
            while (lines.MoveNext())
            {
                Add(projects, lines.Current, isImported);
            }
        }

        foreach (var (name, prompts) in projects)
        {
            record.Import.Documents(
                new DocumentDraft(
                    provider,
                    "prompt-history:" + name,
                    name.Length == 0 ? "Prompt history" : "Prompt history of " + name,
                    name.Length == 0 ? null : name,
                    name.Length == 0 ? null : name[(name.TrimEnd('/', '\\').LastIndexOfAny(['/', '\\']) + 1)..],
                    prompts.First,
                    prompts.Last,
                    prompts.Text.WrittenMemory,
                    default
                )
            );
        }
    }

    private void Add(Dictionary<string, Prompts> projects, Json line, Func<string, bool> isImported)
    {
        using var arena = new Utf8Arena();
        var prompt = line[text].Utf8(arena);
        if (prompt.IsEmpty)
        {
            record.Ignore("no-prompt", "a line of the history without a prompt");
            return;
        }

        if (line[session].Scalar() is { } id && isImported(id))
        {
            record.Ignore("repeated-prompt", "a prompt of the history that its session holds");
            return;
        }

        var name = line[project].String() ?? "";
        if (!projects.TryGetValue(name, out var prompts))
        {
            projects[name] = prompts = new Prompts();
        }

        prompts.Add(record.Time(line[time]), prompt);
    }

    private sealed class Prompts
    {
        public ArrayBufferWriter<byte> Text { get; } = new();
        public long? First { get; private set; }
        public long? Last { get; private set; }

        public void Add(long? time, ReadOnlyMemory<byte> prompt)
        {
            First =
                Math.Min(First ?? time ?? long.MaxValue, time ?? long.MaxValue) is var first && first < long.MaxValue
                    ? first
                    : null;
            Last = Math.Max(Last ?? 0, time ?? 0) is var last and > 0 ? last : null;
            if (Text.WrittenCount > 0)
            {
                Text.Write("\n\n"u8);
            }

            if (time is { } at)
            {
                var stamp = DateTimeOffset
                    .UnixEpoch.AddTicks(at * TimeSpan.TicksPerMicrosecond)
                    .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
                Text.Write(System.Text.Encoding.UTF8.GetBytes($"## {stamp}\n\n"));
            }

            Text.Write(prompt.Span);
        }
    }
}
