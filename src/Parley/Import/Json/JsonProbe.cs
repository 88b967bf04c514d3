using System.Text.Json;

namespace Parley.Import;

/// <summary>
/// The shape of the beginning of a JSON file: which member paths occur. A path is written from the root, arrays as
/// <c>[]</c>: <c>[].mapping</c>, <c>conversations[].responses</c>, <c>[].mapping.*.message.fragments</c> where one
/// <c>*</c> in a question stands for any one member. For JSON lines the root values are walked one after another.
/// </summary>
internal sealed class JsonProbe
{
    public static readonly JsonProbe Empty = new();
    private const int MaxPaths = 20_000;
    private const int MaxDepth = 7;

    private readonly HashSet<string> paths = [];

    /// <summary>More than one root value: JSON lines or concatenated JSON.</summary>
    public bool IsLines { get; private set; }
    public bool IsArray { get; private set; }
    public bool IsObject { get; private set; }

    /// <summary>Root values seen, whole or in part.</summary>
    public int Roots { get; private set; }

    public bool Has(string path) => paths.Contains(path);

    /// <summary>The same path in a root array's elements, in a lone root object, or in the lines of JSON lines.</summary>
    public bool InRecords(string path) => Has("[]." + path) || Has(path);

    public static JsonProbe Read(ReadOnlySpan<byte> text)
    {
        var probe = new JsonProbe { IsArray = text[0] == '[', IsObject = text[0] == '{' };
        var options = new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 1_000_000 };
        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(options));
        try
        {
            probe.Walk(ref reader);
        }
        catch (JsonException)
        {
            // Broken further on: what was seen so far decides, and the format's reader reports the place.
        }

        probe.IsLines = probe.Roots > 1;
        return probe;
    }

    private void Walk(ref Utf8JsonReader reader)
    {
        var containers = new Stack<(string Prefix, bool IsArray)>();
        var member = "";
        while (paths.Count < MaxPaths && reader.Read())
        {
            if (containers.Count == 0)
            {
                Roots++;
            }

            var at = containers.TryPeek(out var outer) && outer.IsArray ? outer.Prefix : member;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    containers.Push((containers.Count == 0 ? "[]" : at + "[]", true));
                    break;
                case JsonTokenType.StartObject:
                    containers.Push((containers.Count == 0 ? "" : at, false));
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    containers.Pop();
                    break;
                case JsonTokenType.PropertyName when containers.Count <= MaxDepth:
                    var name = JsonText.ToString(reader.ValueSpan);
                    member = outer.Prefix.Length == 0 ? name : outer.Prefix + "." + name;
                    Add(member);
                    break;
                default:
                    break;
            }
        }
    }

    private void Add(string path)
    {
        if (!paths.Add(path))
        {
            return;
        }

        // One member in the middle may be anything: the keys of ChatGPT's mapping are ids.
        var segments = path.Split('.');
        for (var i = 1; i < segments.Length - 1; i++)
        {
            if (segments[i] != "[]")
            {
                paths.Add(string.Join('.', segments.Select((s, k) => k == i ? "*" : s)));
            }
        }
    }
}
