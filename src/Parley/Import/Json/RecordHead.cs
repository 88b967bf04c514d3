using System.Text.Json;

namespace Parley.Import;

/// <summary>
/// The members of one line of JSON lines, as far as an entry's head shows them: recognisers of line formats need the
/// values of <c>type</c> too, which <see cref="JsonProbe"/> does not keep.
/// </summary>
internal sealed class RecordHead
{
    private const int MostLines = 50;
    private const int LongestValue = 200;

    private readonly Dictionary<string, string?> members = [];

    /// <summary>A short string value; null where the member is absent or another kind of value.</summary>
    public string? this[string name] => members.GetValueOrDefault(name);

    public bool Has(string name) => members.ContainsKey(name);

    /// <summary>The first lines that begin like an object; the last may be seen in part, broken ones up to where they break.</summary>
    public static IReadOnlyList<RecordHead> Read(ReadOnlySpan<byte> text)
    {
        var heads = new List<RecordHead>();
        while (!text.IsEmpty && heads.Count < MostLines)
        {
            var end = text.IndexOf((byte)'\n');
            var line = (end < 0 ? text : text[..end]).Trim(" \t\r"u8);
            text = end < 0 ? default : text[(end + 1)..];
            if (!line.IsEmpty && line[0] == '{')
            {
                heads.Add(Of(line));
            }
        }

        return heads;
    }

    private static RecordHead Of(ReadOnlySpan<byte> line)
    {
        var head = new RecordHead();
        var options = new JsonReaderOptions { MaxDepth = 1_000_000 };
        var reader = new Utf8JsonReader(line, isFinalBlock: false, new JsonReaderState(options));
        try
        {
            head.Walk(ref reader);
        }
        catch (JsonException)
        {
            // What stood before the break decides; the format's reader reports the line.
        }

        return head;
    }

    private void Walk(ref Utf8JsonReader reader)
    {
        var name = "";
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1)
            {
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = JsonText.ToString(reader.ValueSpan);
                members.TryAdd(name, null);
            }
            else if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestValue)
            {
                members[name] = JsonText.ToString(reader.ValueSpan);
            }
        }
    }
}
