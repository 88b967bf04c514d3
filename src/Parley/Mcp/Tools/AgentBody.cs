using System.Buffers;
using System.Text.Json;
using Parley.Kernel.Http;

namespace Parley.Mcp.Tools;

/// <summary>What a tool hands to a room that takes bodies of requests: the same checks hold for both.</summary>
internal static class AgentBody
{
    /// <summary>Nothing is repeated by itself.</summary>
    public static readonly IdempotencyKey NoKey = new(null, "POST /mcp");

    /// <param name="members">Writes the members of the object.</param>
    /// <exception cref="Parley.Kernel.Problems.ProblemException">A member cannot be used.</exception>
    public static Body<T> Of<T>(Action<Utf8JsonWriter> members)
        where T : class, IRequestBody<T>
    {
        var utf8 = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(utf8, JsonOut.Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return new Body<T>(Body<T>.Parse(utf8.WrittenSpan), utf8.WrittenMemory);
    }

    /// <summary>Of what was made.</summary>
    public static string IdOf(StoredAnswer made)
    {
        using var json = JsonDocument.Parse(made.Json);
        return json.RootElement.GetProperty("id").GetString()!;
    }
}
