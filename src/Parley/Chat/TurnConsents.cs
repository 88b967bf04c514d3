using System.Collections.Concurrent;
using System.Globalization;
using Parley.Tools;

namespace Parley.Chat;

/// <summary>What a person said to a tool that asks.</summary>
internal readonly record struct ConsentAnswer(bool Allowed, ConsentScope Scope);

/// <summary>A call of a turn's that waits for its person.</summary>
internal sealed class AskedConsent(string id, RemoteTool tool)
{
    private readonly TaskCompletionSource<ConsentAnswer> answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public string Id => id;
    public RemoteTool Tool => tool;
    public Task<ConsentAnswer> Answer => answer.Task;

    /// <summary>False where somebody has answered before.</summary>
    public bool TryAnswer(ConsentAnswer said) => answer.TrySetResult(said);
}

/// <summary>Calls of one turn that wait for its person. Thread-safe.</summary>
internal sealed class TurnConsents
{
    private readonly ConcurrentDictionary<string, AskedConsent> waiting = new(StringComparer.Ordinal);
    private int last;

    public AskedConsent Ask(RemoteTool tool)
    {
        var id = Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture);
        return waiting[id] = new AskedConsent(id, tool);
    }

    /// <summary>Null where nothing of that id waits.</summary>
    public AskedConsent? Find(string id) => waiting.GetValueOrDefault(id);

    public void Forget(AskedConsent asked) => waiting.TryRemove(asked.Id, out _);
}
