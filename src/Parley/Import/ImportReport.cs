using System.Text.Json.Serialization;
using Parley.Conversations;
using Parley.Kernel.Http;

namespace Parley.Import;

/// <summary>
/// What an import did, per format found in the source (imports.md section 9). Kept in the job's row from batch to
/// batch, so that it is right after a crash too. Never says more than was committed.
/// </summary>
internal sealed class ImportReport
{
    public string Importer { get; init; } = ImporterVersion;
    public bool DryRun { get; init; }
    public List<SourceReport> Sources { get; init; } = [];

    /// <summary>Entries of the archive that were left out, with the reason.</summary>
    public NoticeList Skipped { get; init; } = new();
    public long TookMs { get; set; }

    [JsonIgnore]
    public const string ImporterVersion = "1";

    public SourceReport For(string format, string provider)
    {
        var found = Sources.Find(s => s.Format == format);
        if (found is null)
        {
            Sources.Add(found = new SourceReport { Format = format, Provider = provider });
        }

        return found;
    }

    public Totals Total()
    {
        var total = new Totals();
        foreach (var source in Sources)
        {
            total.Conversations +=
                source.Conversations.New + source.Conversations.Updated + source.Conversations.Unchanged;
            total.Messages += source.Messages.New.Sum + source.Messages.Updated.Sum + source.Messages.Unchanged.Sum;
            total.Failed += source.Failures.Count;
            total.Warnings += source.Warnings.Count;
        }

        return total;
    }
}

internal sealed class Totals
{
    public long Conversations { get; set; }
    public long Messages { get; set; }
    public long Failed { get; set; }
    public long Warnings { get; set; }
}

internal sealed class SourceReport
{
    /// <summary>Recognised as.</summary>
    public required string Format { get; init; }
    public required string Provider { get; init; }
    public List<string> Entries { get; init; } = [];
    public ConversationCounts Conversations { get; init; } = new();
    public MessageCounts Messages { get; init; } = new();
    public AttachmentCounts Attachments { get; init; } = new();
    public long Documents { get; set; }

    /// <summary>When the first of them was written.</summary>
    [JsonConverter(typeof(MicrosConverter))]
    public long? FirstMessage { get; set; }

    /// <summary>When the last of them was written.</summary>
    [JsonConverter(typeof(MicrosConverter))]
    public long? LastMessage { get; set; }
    public NoticeList Warnings { get; init; } = new();
    public NoticeList Failures { get; init; } = new();
    public NoticeList Ignored { get; init; } = new();

    public void Date(long? micros)
    {
        if (micros is { } time)
        {
            FirstMessage = Math.Min(FirstMessage ?? time, time);
            LastMessage = Math.Max(LastMessage ?? time, time);
        }
    }
}

internal sealed class ConversationCounts
{
    public long New { get; set; }
    public long Updated { get; set; }
    public long Unchanged { get; set; }
    public long Empty { get; set; }

    /// <summary>Deleted here, and left out.</summary>
    public long Skipped { get; set; }
    public long Failed { get; set; }
}

internal sealed class MessageCounts
{
    public RoleCounts New { get; init; } = new();
    public RoleCounts Updated { get; init; } = new();
    public RoleCounts Unchanged { get; init; } = new();

    /// <summary>Deleted here, and left out; those of skipped conversations too.</summary>
    public RoleCounts Skipped { get; init; } = new();
}

internal sealed class RoleCounts
{
    public long User { get; set; }
    public long Assistant { get; set; }
    public long System { get; set; }
    public long Tool { get; set; }

    [JsonIgnore]
    public long Sum => User + Assistant + System + Tool;

    public void Add(Role role)
    {
        var one = new int[5];
        one[(int)role] = 1;
        Add(one);
    }

    /// <summary>Counts by role number (1–4).</summary>
    public void Add(int[] byRole)
    {
        User += byRole[1];
        Assistant += byRole[2];
        System += byRole[3];
        Tool += byRole[4];
    }
}

internal sealed class AttachmentCounts
{
    public long Stored { get; set; }
    public long Missing { get; set; }
}

/// <summary>Notices grouped by code and words, with the first ten places of each; at most 200 groups, the rest is counted.</summary>
internal sealed class NoticeList
{
    private const int MaxGroups = 200;
    private const int MaxPlaces = 10;

    public long Count { get; set; }
    public List<Notice> Groups { get; init; } = [];

    public void Add(string code, string what, string entry, long index, string? id)
    {
        Count++;
        var group = Groups.Find(g => g.Code == code && g.What == what);
        if (group is null)
        {
            group =
                Groups.Count < MaxGroups ? new Notice { Code = code, What = what } : Groups.Find(g => g.Code == "more");
            if (group is null)
            {
                group = new Notice { Code = "more", What = "further kinds of notices" };
            }

            if (!Groups.Contains(group))
            {
                Groups.Add(group);
            }
        }

        group.Count++;
        if (group.Places.Count < MaxPlaces)
        {
            group.Places.Add(
                new NoticePlace
                {
                    Entry = entry,
                    Index = index < 0 ? null : index,
                    Id = id,
                }
            );
        }
    }
}

internal sealed class Notice
{
    public required string Code { get; init; }
    public required string What { get; init; }
    public long Count { get; set; }
    public List<NoticePlace> Places { get; init; } = [];
}

internal sealed class NoticePlace
{
    public required string Entry { get; init; }
    public long? Index { get; init; }
    public string? Id { get; init; }
}
