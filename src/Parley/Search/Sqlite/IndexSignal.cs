using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>Tells the worker that the index has grown, and whether anybody searches.</summary>
internal sealed class IndexSignal(TimeProvider time) : WorkSignal
{
    /// <summary>Who searched so lately is likely to go on.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(10);

    /// <summary>A timestamp; 0 where nobody has.</summary>
    private long _asked;

    /// <summary>Somebody searches now.</summary>
    public void Ask() => Volatile.Write(ref _asked, time.GetTimestamp());

    /// <summary>Whether somebody searched lately: then segments are joined at once, before searches feel them.</summary>
    public bool IsAsked => Volatile.Read(ref _asked) is not 0 and var at && time.GetElapsedTime(at) < Lately;
}
