using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>The extras column of a message: <c>{raw_role?, finish?, source?}</c>, source being the provider's own fields as they stood.</summary>
internal static class MessageExtras
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Bytes that a character of a string takes at most, and what stands around the members.</summary>
    private const int LongestCharacter = 6;
    private const int Around = 64;

    /// <summary>Written as it is laid out, into the arena: there is one of them for nearly every message of an import.</summary>
    public static ReadOnlyMemory<byte> Of(MessageDraft draft, Utf8Arena arena)
    {
        if (draft.RawRole is null && draft.Finish is null && draft.Extras.IsEmpty)
        {
            return default;
        }

        var letters = (draft.RawRole?.Length ?? 0) + (draft.Finish?.Length ?? 0);
        var room = arena.Reserve(Around + draft.Extras.Length + (letters * LongestCharacter)).Span;
        var used = 0;
        Append(room, ref used, "{"u8);
        AppendString(room, ref used, "\"raw_role\":\""u8, draft.RawRole);
        AppendString(room, ref used, "\"finish\":\""u8, draft.Finish);
        if (!draft.Extras.IsEmpty)
        {
            Append(room, ref used, "\"source\":"u8);
            Append(room, ref used, draft.Extras.Span);
            Append(room, ref used, ","u8);
        }

        room[used - 1] = (byte)'}'; // in place of the last comma
        return arena.Commit(used);
    }

    private static void AppendString(Span<byte> to, ref int at, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            Append(to, ref at, name);
            var plain = Encoding.UTF8.GetBytes(value, to[at..]);
            if (Encoder.FindFirstCharacterToEncodeUtf8(to.Slice(at, plain)) < 0)
            {
                at += plain;
            }
            else
            {
                Append(to, ref at, JsonEncodedText.Encode(value, Encoder).EncodedUtf8Bytes);
            }

            Append(to, ref at, "\","u8);
        }
    }

    private static void Append(Span<byte> to, ref int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to[at..]);
        at += bytes.Length;
    }

    /// <summary>
    /// What a reader of messages wants. Of the source's own fields, which may be long, only the first two are looked at:
    /// there Parley's own answers have what they cost, and what their model was told.
    /// </summary>
    public static MessageWords Words(ReadOnlySpan<byte> extras)
    {
        string? role = null;
        string? finish = null;
        var json = new Utf8JsonReader(extras);
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (json.ValueTextEquals("raw_role"u8) && json.Read())
            {
                role = json.GetString();
            }
            else if (json.ValueTextEquals("finish"u8) && json.Read())
            {
                finish = json.GetString();
            }
            else
            {
                var (cost, told) = Kept(ref json); // "source" comes last
                return new MessageWords(role, finish, cost, told);
            }
        }

        return new MessageWords(role, finish, null, null);
    }

    private static (Cost? Cost, ToldContext? Told) Kept(ref Utf8JsonReader json)
    {
        if (!(json.Read() && json.TokenType == JsonTokenType.StartObject && IsField(ref json)))
        {
            return default;
        }

        Cost? cost = null;
        if (json.ValueTextEquals("cost"u8))
        {
            cost = CostOf(ref json);
            if (cost is null || !IsField(ref json))
            {
                return (cost, null);
            }
        }

        return (cost, json.ValueTextEquals("context"u8) ? ToldOf(ref json) : null);
    }

    private static bool IsField(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>Null for whatever else a source may say there.</summary>
    private static Cost? CostOf(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        long? micros = null;
        string? currency = null;
        var estimated = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("micros"u8) && json.Read())
            {
                micros = json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var count) ? count : null;
            }
            else if (json.ValueTextEquals("currency"u8) && json.Read())
            {
                currency = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }
            else if (json.ValueTextEquals("estimated"u8) && json.Read())
            {
                estimated = json.TokenType == JsonTokenType.True;
            }
            else
            {
                return null;
            }
        }

        return micros is { } known && currency is { Length: 3 } ? new Cost(known, currency, estimated) : null;
    }

    /// <inheritdoc cref="CostOf"/>
    private static ToldContext? ToldOf(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        string? overflow = null;
        long? covers = null;
        var whole = false;
        string? problem = null;
        while (IsField(ref json))
        {
            if (json.ValueTextEquals("overflow"u8) && json.Read())
            {
                overflow = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }
            else if (json.ValueTextEquals("covers"u8) && json.Read())
            {
                covers = json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var count) ? count : null;
            }
            else if (json.ValueTextEquals("whole"u8) && json.Read())
            {
                whole = json.TokenType == JsonTokenType.True;
            }
            else if (json.ValueTextEquals("problem"u8) && json.Read())
            {
                problem = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }
            else
            {
                return null;
            }
        }

        return overflow is "summarise" or "drop" && covers is >= 0
            ? new ToldContext(overflow, covers.Value, whole, problem)
            : null;
    }

    /// <summary>The source's own fields as they stood; empty where there are none.</summary>
    public static ReadOnlySpan<byte> Source(ReadOnlySpan<byte> extras)
    {
        var mark = "\"source\":"u8;
        var json = new Utf8JsonReader(extras, new JsonReaderOptions { MaxDepth = 100_000 });
        while (json.Read())
        {
            if (json is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && json.ValueTextEquals("source"u8))
            {
                var start = (int)json.TokenStartIndex + mark.Length;
                return extras[start..^1];
            }

            if (json.TokenType == JsonTokenType.PropertyName)
            {
                json.Skip();
            }
        }

        return default;
    }
}

/// <summary>Of a message's extras, what its readers are shown.</summary>
internal readonly record struct MessageWords(string? RawRole, string? Finish, Cost? Cost, ToldContext? Told);
