using System.Text.Json;
using Parley.Conversations;
using Parley.Retrieval;

namespace Parley.Chat;

/// <summary>The passages that an answer was given with, as they are stored with it.</summary>
internal static class AnswerSources
{
    /// <summary>None where the answer has none of Parley's own; in the order of their numbers.</summary>
    public static IReadOnlyList<PassageView> Of(MessageView? message)
    {
        if (message?.Parts is not { } parts)
        {
            return [];
        }

        var sources = new List<PassageView>();
        using var document = JsonDocument.Parse(parts.Utf8);
        foreach (var part in document.RootElement.EnumerateArray())
        {
            if (
                part.TryGetProperty("type", out var type)
                && type.ValueEquals("citation"u8)
                && part.TryGetProperty("extra", out var extra)
            )
            {
                try
                {
                    sources.Add(extra.Deserialize(RetrievalJson.Default.PassageView)!);
                }
                catch (JsonException)
                {
                    // Another program's citation, which came with an import.
                }
            }
        }

        return sources;
    }

    /// <summary>What the log of a turn says; null where the answer was not asked to rest on anything.</summary>
    public static SourcesEvent? Of(ReadOnlySpan<byte> log)
    {
        SourcesEvent? said = null;
        var reader = new TurnLogReader(log);
        while (said is null && reader.TryRead(out var read))
        {
            if (read.Kind == TurnEventKind.Sources)
            {
                said = JsonSerializer.Deserialize(read.Payload, ChatJson.Default.SourcesEvent);
            }
        }

        return said;
    }
}
