using System.Collections.Concurrent;

namespace Parley.Documents;

/// <summary>How far the versions are that are being read now: in memory only, the row says the rest. Thread-safe.</summary>
internal sealed class DocumentProgress
{
    private readonly ConcurrentDictionary<long, double> running = new();

    /// <summary>From 0 to 1.</summary>
    public double Of(long versionId) => running.GetValueOrDefault(versionId);

    public void Set(long versionId, double share) => running[versionId] = share;

    public void Forget(long versionId) => running.TryRemove(versionId, out _);
}
