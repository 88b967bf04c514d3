using System.Globalization;
using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// Citations of one message, from <c>content_references</c> and the older <c>citations</c>: each page or file once, in
/// the order of the text, those that no mark names behind them.
/// </summary>
internal sealed class ChatGptCitations
{
    private readonly List<(string Mark, int At)> met = [];
    private readonly HashSet<(string? Name, string? Url)> seen = [];

    public void Begin()
    {
        met.Clear();
        seen.Clear();
    }

    /// <summary>A mark that stood in the text, and where.</summary>
    public void Met(string mark, int at) => met.Add((mark, at));

    public void Add(in ChatGptScope scope)
    {
        var metadata = scope.Metadata;
        var (references, older) = (metadata["content_references"u8], metadata["citations"u8]);
        if (references.Count == 0 && older.Count == 0)
        {
            return;
        }

        var byMark = ByMark(references);
        foreach (var (mark, at) in met)
        {
            if (byMark.TryGetValue(mark, out var reference))
            {
                AddReference(scope, reference, at);
            }
        }

        foreach (var reference in references.Items())
        {
            AddReference(scope, reference, -1);
        }

        foreach (var citation in older.Items())
        {
            var source = citation["metadata"u8];
            AddOne(scope, source.IsObject ? source : citation, PlaceOf(source["extra"u8]));
        }
    }

    private static Dictionary<string, Json> ByMark(Json references)
    {
        var byMark = new Dictionary<string, Json>();
        foreach (var reference in references.Items())
        {
            if (reference["matched_text"u8].String() is { Length: > 0 } matched)
            {
                byMark.TryAdd(matched, reference);
            }
        }

        return byMark;
    }

    /// <summary><c>【index†evidence】</c> is how the older citations stand in the text.</summary>
    private int PlaceOf(Json extra)
    {
        if (extra["cited_message_idx"u8].Int64() is not { } index)
        {
            return -1;
        }

        var mark = string.Create(
            CultureInfo.InvariantCulture,
            $"【{index}†{extra["evidence_text"u8].String() ?? "source"}】"
        );
        var found = met.FindIndex(m => m.Mark == mark);
        return found < 0 ? -1 : met[found].At;
    }

    private void AddReference(in ChatGptScope scope, Json reference, int at)
    {
        var before = seen.Count;
        AddAll(scope, reference["items"u8], at);
        AddAll(scope, reference["sources"u8], at);
        if (seen.Count == before)
        {
            AddAll(scope, reference["fallback_items"u8], at);
        }

        if (seen.Count == before)
        {
            AddOne(scope, reference, at);
        }
    }

    private void AddAll(in ChatGptScope scope, Json items, int at)
    {
        foreach (var item in items.Items())
        {
            AddOne(scope, item, at);
            foreach (var supporting in item["supporting_websites"u8].Items())
            {
                AddOne(scope, supporting, at);
            }
        }
    }

    private void AddOne(in ChatGptScope scope, Json source, int at)
    {
        var isFile = source["type"u8].Is("file"u8);
        var url = First(source["url"u8]) ?? First(source["safe_urls"u8].Items().FirstOrDefault());
        if (url is null && !isFile)
        {
            return;
        }

        var name = First(source["title"u8]) ?? First(source["name"u8]) ?? First(source["attribution"u8]);
        if (!seen.Add((url is null ? name : null, url)))
        {
            return;
        }

        var quoted = source["snippet"u8] is { IsString: true } snippet ? snippet : source["text"u8];
        scope.Message.Add(
            new PartDraft(PartKind.Citation)
            {
                Name = name,
                Url = url,
                Text = quoted.Utf8(scope.Arena),
                Extras = at < 0 ? default : scope.Arena.Add($"{{\"at\":{at.ToString(CultureInfo.InvariantCulture)}}}"),
            }
        );
    }

    private static string? First(Json value) => value.String() is { Length: > 0 } text ? text : null;
}
