using Parley.Kernel.Html;

namespace Parley.Import.Formats.Gemini;

/// <summary>A file a row names.</summary>
/// <param name="Name">Of the entry beside the activity file.</param>
/// <param name="Shown">What it was called where it came from; null where the row does not say.</param>
internal readonly record struct ActivityFile(string Name, string? Shown);

/// <summary>One row of My Activity, the same whether it came as JSON or as HTML. A prompt and its answer are one row.</summary>
internal sealed class ActivityRow
{
    public required string Entry { get; init; }
    public required long Index { get; init; }

    /// <summary>Unix microseconds.</summary>
    public long? Time { get; set; }

    /// <summary>As written, with its verb.</summary>
    public string Title { get; set; } = "";

    /// <summary>The provider's id of the conversation, where the row names exactly one.</summary>
    public string? Conversation { get; set; }

    /// <summary>A prompt; false for feedback and the like.</summary>
    public bool IsTurn { get; set; }
    public string Prompt { get; set; } = "";
    public List<ActivityFile> Files { get; } = [];

    /// <summary>Markdown; null where there is no answer.</summary>
    public string? Answer { get; set; }

    /// <summary>Pictures the answer shows.</summary>
    public List<HtmlMedium> Media { get; } = [];

    /// <summary>What the model has no field for: one raw JSON object, or "".</summary>
    public string Extras { get; set; } = "";

    public void Write(BinaryWriter to)
    {
        to.Write(Entry);
        to.Write(Index);
        to.Write(Time ?? long.MinValue);
        to.Write(Title);
        to.Write(Conversation ?? "");
        to.Write(IsTurn);
        to.Write(Prompt);
        to.Write(Answer is not null);
        to.Write(Answer ?? "");
        to.Write(Extras);
        to.Write(Files.Count);
        foreach (var (name, shown) in Files)
        {
            to.Write(name);
            to.Write(shown ?? "");
        }

        to.Write(Media.Count);
        foreach (var (source, alt) in Media)
        {
            to.Write(source);
            to.Write(alt ?? "");
        }
    }

    public static ActivityRow Read(BinaryReader from)
    {
        var row = new ActivityRow { Entry = from.ReadString(), Index = from.ReadInt64() };
        row.Time = from.ReadInt64() is var time and not long.MinValue ? time : null;
        row.Title = from.ReadString();
        row.Conversation = OrNull(from.ReadString());
        row.IsTurn = from.ReadBoolean();
        row.Prompt = from.ReadString();
        var answered = from.ReadBoolean();
        var answer = from.ReadString();
        row.Answer = answered ? answer : null;
        row.Extras = from.ReadString();
        for (var i = from.ReadInt32(); i > 0; i--)
        {
            row.Files.Add(new ActivityFile(from.ReadString(), OrNull(from.ReadString())));
        }

        for (var i = from.ReadInt32(); i > 0; i--)
        {
            row.Media.Add(new HtmlMedium(from.ReadString(), OrNull(from.ReadString())));
        }

        return row;
    }

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
