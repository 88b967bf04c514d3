namespace Parley.Documents;

/// <summary>How far a version of a document is. The numbers are stored.</summary>
internal enum DocumentStatus
{
    Queued = 0,
    Running = 1,
    Ready = 2,
    Failed = 3,
}

internal static class DocumentStatuses
{
    public static readonly string[] Names = ["queued", "running", "ready", "failed"];

    public static string Name(this DocumentStatus status) => Names[(int)status];
}

internal static class ChunkKinds
{
    public static readonly string[] Names = ["prose", "table", "code"];

    public static string Name(this ChunkKind kind) => Names[(int)kind];
}
