using System.Text.Json;

namespace Parley.Import;

/// <summary>
/// The shape of the beginning of a JSON file: which member paths occur. A path is written from the root, arrays as
/// <c>[]</c>: <c>[].mapping</c>, <c>conversations[].responses</c>, <c>[].mapping.*.message.fragments</c> where a
/// <c>*</c> in a question stands for any one member. For JSON lines the root values are walked one after another.
/// </summary>
internal sealed class JsonProbe
{
    public static readonly JsonProbe Empty = new();
    private const int MaxNodes = 20_000;
    private const int MaxDepth = 8;

    /// <summary>Broken lines that are stepped over before the probe gives up.</summary>
    private const int MaxRestarts = 16;

    private readonly Node root = new();
    private int nodes;

    /// <summary>More than one root value: JSON lines or concatenated JSON.</summary>
    public bool IsLines => Roots > 1;
    public bool IsArray { get; private init; }
    public bool IsObject { get; private init; }

    /// <summary>Root values seen, whole or in part.</summary>
    public int Roots { get; private set; }

    public bool Has(string path) => Has(root, path);

    /// <summary>The same path in a root array's elements, in a lone root object, or in the lines of JSON lines.</summary>
    public bool InRecords(string path) => Has("[]." + path) || Has(path);

    public static JsonProbe Read(ReadOnlySpan<byte> text)
    {
        var probe = new JsonProbe { IsArray = text[0] == '[', IsObject = text[0] == '{' };
        for (var restarts = 0; !text.IsEmpty && restarts <= MaxRestarts; restarts++)
        {
            text = text[probe.Walk(text)..];
            var line = probe.IsObject ? text.IndexOf("\n{"u8) : -1;
            text = line < 0 ? default : text[(line + 1)..];
        }

        return probe;
    }

    /// <summary>Bytes that were read: all of them, or those before the place that is no JSON.</summary>
    private int Walk(ReadOnlySpan<byte> text)
    {
        var options = new JsonReaderOptions
        {
            AllowMultipleValues = true,
            MaxDepth = 1_000_000,
            AllowTrailingCommas = true,
        };
        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(options));
        try
        {
            Walk(ref reader);
            return text.Length;
        }
        catch (JsonException)
        {
            // What was seen so far stands; the format's reader reports the place.
            return (int)reader.BytesConsumed;
        }
    }

    private void Walk(ref Utf8JsonReader reader)
    {
        var open = new (Node Node, bool IsArray)[MaxDepth];
        var member = root;
        while (nodes < MaxNodes && reader.Read())
        {
            var depth = reader.CurrentDepth;
            var kind = reader.TokenType;
            Roots += depth == 0 && kind is not (JsonTokenType.EndArray or JsonTokenType.EndObject) ? 1 : 0;
            if (depth >= MaxDepth)
            {
                continue;
            }

            // Elements of an array share one node; a member of an object has its own.
            var value =
                depth == 0 ? root
                : open[depth - 1].IsArray ? open[depth - 1].Node
                : member;
            switch (kind)
            {
                case JsonTokenType.StartArray:
                    open[depth] = (Child(value, "[]"), true);
                    break;
                case JsonTokenType.StartObject:
                    open[depth] = (value, false);
                    break;
                case JsonTokenType.PropertyName:
                    member = Child(open[depth - 1].Node, JsonText.ToString(reader.ValueSpan));
                    break;
                default:
                    break;
            }
        }
    }

    private Node Child(Node of, string name)
    {
        if (!of.Members.TryGetValue(name, out var child))
        {
            of.Members.Add(name, child = new Node());
            nodes++;
        }

        return child;
    }

    private static bool Has(Node at, ReadOnlySpan<char> path)
    {
        if (path.IsEmpty)
        {
            return true;
        }

        if (path[0] == '.')
        {
            path = path[1..];
        }

        if (path.StartsWith("[]"))
        {
            return at.Members.TryGetValue("[]", out var items) && Has(items, path[2..]);
        }

        var end = path.IndexOfAny('.', '[');
        var name = end < 0 ? path : path[..end];
        var rest = end < 0 ? default : path[end..];
        if (name is not "*")
        {
            return at.Members.TryGetValue(name.ToString(), out var child) && Has(child, rest);
        }

        foreach (var (key, any) in at.Members)
        {
            if (key != "[]" && Has(any, rest))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Members { get; } = [];
    }
}
