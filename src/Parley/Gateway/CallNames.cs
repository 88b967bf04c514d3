using System.Globalization;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>
/// Calls of tools and their results find each other by id on OpenAI's wire, by name and order on Ollama's. Gives every
/// call and result of a conversation both.
/// </summary>
internal sealed class CallNames
{
    private readonly List<ToolCall> open = [];
    private int made;

    /// <summary>To be given the messages in their order.</summary>
    public ModelMessage Settle(ModelMessage message)
    {
        if (message.Calls.Count > 0)
        {
            var calls = message.Calls.Select(call => call.Id.Length > 0 ? call : call with { Id = Next() }).ToList();
            open.AddRange(calls);
            return message with { Calls = calls };
        }

        if (message.Role != ModelRole.Tool)
        {
            return message;
        }

        var at = open.FindIndex(call =>
            message.CallId is { } id ? call.Id == id : message.ToolName is null || call.Name == message.ToolName
        );
        if (at < 0)
        {
            return message;
        }

        var answered = open[at];
        open.RemoveAt(at);
        return message with { CallId = answered.Id, ToolName = message.ToolName ?? answered.Name };
    }

    private string Next() => string.Create(CultureInfo.InvariantCulture, $"call_{made++}");
}
