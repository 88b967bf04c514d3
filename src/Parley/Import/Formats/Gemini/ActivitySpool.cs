using System.Text;

namespace Parley.Import.Formats.Gemini;

/// <summary>
/// Rows put aside until all are seen: My Activity is one list by time, so that the rows of a conversation lie apart,
/// newest first, and over several files. Small exports stay in memory; larger ones go to a file without a name
/// that vanishes with the process. What is left in memory is some hundred bytes per row.
/// </summary>
internal sealed class ActivitySpool(string? scratchFolder) : IDisposable
{
    private const int MostInMemory = 32 * 1024 * 1024;

    private readonly List<Group> groups = [];
    private readonly Dictionary<string, Group> byConversation = [];
    private Stream rows = new MemoryStream();

    private sealed record Group(List<(long At, long? Time)> Rows);

    /// <summary>Rows without a conversation stand alone.</summary>
    public void Add(ActivityRow row)
    {
        var group = row.Conversation is { } id && byConversation.TryGetValue(id, out var known) ? known : null;
        if (group is null)
        {
            groups.Add(group = new Group([]));
            if (row.Conversation is not null)
            {
                byConversation.Add(row.Conversation, group);
            }
        }

        group.Rows.Add((rows.Length, row.Time));
        rows.Position = rows.Length;
        using (var writer = new BinaryWriter(rows, Utf8, leaveOpen: true))
        {
            row.Write(writer);
        }

        if (rows is MemoryStream { Length: > MostInMemory })
        {
            ToFile();
        }
    }

    /// <summary>Conversation by conversation, the oldest begun first; the rows of each in the order they were made.</summary>
    public IEnumerable<List<ActivityRow>> Conversations()
    {
        using var reader = new BinaryReader(rows, Utf8, leaveOpen: true);
        for (var i = groups.Count - 1; i >= 0; i--)
        {
            var conversation = new List<ActivityRow>();
            foreach (var at in InOrder(groups[i].Rows))
            {
                rows.Position = at;
                conversation.Add(ActivityRow.Read(reader));
            }

            yield return conversation;
        }
    }

    public void Dispose() => rows.Dispose();

    private static UTF8Encoding Utf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>
    /// The file is newest first: reversed, then by time, because several files of one export overlap. A row without a
    /// time stays behind its neighbour.
    /// </summary>
    private static IEnumerable<long> InOrder(List<(long At, long? Time)> rows)
    {
        var dated = new List<(long At, long Time)>(rows.Count);
        var last = long.MinValue;
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            last = rows[i].Time ?? last;
            dated.Add((rows[i].At, last));
        }

        return dated.OrderBy(r => r.Time).Select(r => r.At);
    }

    private void ToFile()
    {
        var path = Path.Combine(scratchFolder ?? Path.GetTempPath(), $"parley-activity-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 1 << 16,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        rows.Position = 0;
        rows.CopyTo(file);
        rows.Dispose();
        rows = file;
    }
}
