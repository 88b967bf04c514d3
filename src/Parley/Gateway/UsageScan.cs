using System.Buffers.Text;
using System.Text.Json;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>
/// Keeps the last bytes of an answer that passes, and finds the tokens in them at its end: every wire counts last. Costs
/// one small copy a read; nothing is parsed while it streams.
/// </summary>
internal sealed class UsageScan
{
    private const int Kept = 2048;

    private readonly byte[] tail = new byte[Kept];
    private int length;
    private long bytes;
    private long lines;

    public void Add(ReadOnlySpan<byte> piece)
    {
        bytes += piece.Length;
        lines += piece.Count((byte)'\n');
        if (piece.Length >= Kept)
        {
            piece[^Kept..].CopyTo(tail);
            length = Kept;
            return;
        }

        var over = Math.Max(0, length + piece.Length - Kept);
        if (over > 0)
        {
            tail.AsSpan(over, length - over).CopyTo(tail);
            length -= over;
        }

        piece.CopyTo(tail.AsSpan(length));
        length += piece.Length;
    }

    /// <summary>Something has come. This and <see cref="Estimate"/> may be asked from another thread.</summary>
    public bool HasBegun => Volatile.Read(ref bytes) > 0;

    /// <summary>Null where the upstream did not count.</summary>
    public ModelUsage? Find()
    {
        var seen = tail.AsSpan(0, length);
        if (Number(seen, "\"prompt_eval_count\":"u8) is { } prompted)
        {
            return new ModelUsage(prompted, Number(seen, "\"eval_count\":"u8));
        }

        var at = seen.LastIndexOf("\"usage\":{"u8);
        at = at < 0 ? seen.LastIndexOf("\"usage\": {"u8) : at;
        if (at < 0)
        {
            return null;
        }

        var usage = seen[(at + seen[at..].IndexOf((byte)'{'))..];
        var json = new Utf8JsonReader(usage, isFinalBlock: false, default);
        try
        {
            if (!JsonDocument.TryParseValue(ref json, out var document))
            {
                return null;
            }

            using (document)
            {
                var root = document.RootElement;
                return new ModelUsage(
                    Number(root, "prompt_tokens") ?? Number(root, "input_tokens"),
                    Number(root, "completion_tokens") ?? Number(root, "output_tokens"),
                    Detail(root, "prompt_tokens_details", "cached_tokens")
                        ?? Detail(root, "input_tokens_details", "cached_tokens"),
                    Detail(root, "completion_tokens_details", "reasoning_tokens")
                        ?? Detail(root, "output_tokens_details", "reasoning_tokens")
                );
            }
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// What was answered, where the upstream did not count: a piece of a stream is a token, mostly; of a document four
    /// bytes are.
    /// </summary>
    public long Estimate(string? type) =>
        type switch
        {
            "text/event-stream" => Volatile.Read(ref lines) / 2,
            "application/x-ndjson" => Volatile.Read(ref lines),
            "application/json" => Volatile.Read(ref bytes) / 4,
            _ => 0,
        };

    private static long? Detail(JsonElement of, string group, string name) =>
        of.TryGetProperty(group, out var details) && details.ValueKind == JsonValueKind.Object
            ? Number(details, name)
            : null;

    private static long? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;

    private static long? Number(ReadOnlySpan<byte> seen, ReadOnlySpan<byte> name)
    {
        var at = seen.LastIndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(seen[(at + name.Length)..].TrimStart((byte)' '), out long number, out _)
            ? number
            : null;
    }
}
