using System.Runtime.InteropServices;
using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>
/// The calls of one message that wait for their result. Exports leave ids out on either side; then the name pairs
/// them, in order (imports.md 4.2), and both get an id that holds inside the message.
/// </summary>
internal sealed class ClaudeCallPairs
{
    private readonly List<(int Part, string? Name, string? Id)> open = [];
    private int made;

    public void Begin()
    {
        open.Clear();
        made = 0;
    }

    /// <param name="part">Index of the call among the message's parts.</param>
    public void Called(int part, string? name, string? id) => open.Add((part, name, id));

    /// <summary>The call id of a result, with the call's own name; the call is given the id where it has none.</summary>
    public (string? Id, string? Name) Answered(MessageDraft message, string? name, string? id)
    {
        var at = id is null ? -1 : open.FindIndex(c => c.Id == id);
        if (at < 0)
        {
            at = open.FindIndex(c => (id is null || c.Id is null) && (name is null || c.Name == name));
        }

        if (at < 0)
        {
            return (id, name);
        }

        var call = open[at];
        open.RemoveAt(at);
        id ??= call.Id ?? $"#{++made}";
        if (call.Id is null)
        {
            ref var part = ref CollectionsMarshal.AsSpan(message.Parts)[call.Part];
            part = part with { CallId = id };
        }

        return (id, name ?? call.Name);
    }
}
