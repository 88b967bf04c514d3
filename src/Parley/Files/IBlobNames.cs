using Parley.Kernel;

namespace Parley.Files;

/// <summary>A table whose rows name stored bytes: asked before any are swept. Called on any thread, inside a read or a write.</summary>
internal interface IBlobNames
{
    /// <summary>Whether any row of anybody's names these bytes.</summary>
    bool Names(DbSession session, ReadOnlySpan<byte> hash);

    /// <summary>Every hash named here, for the check of the store; one may come more than once.</summary>
    IEnumerable<byte[]> List(DbSession session);
}

/// <summary>Whether bytes are named by anything there is. Thread-safe.</summary>
internal sealed class NamedBlobs(IEnumerable<IBlobNames> tables)
{
    private readonly IBlobNames[] tables = [.. tables];

    public bool IsNamed(DbSession session, byte[] hash) => Array.Exists(tables, t => t.Names(session, hash));

    public IEnumerable<byte[]> List(DbSession session) => tables.SelectMany(t => t.List(session));
}
