using Parley.Files;

namespace Parley.Documents;

/// <summary>A version as it was read, or why it was not: ready to be written.</summary>
/// <param name="Reason">Why it failed; null: it did not.</param>
/// <param name="Fetched">The page, where it came from an address.</param>
internal sealed record PreparedVersion(QueuedVersion Version, string? Reason, UploadedFile? Fetched)
{
    public ReadDocument? Document { get; init; }

    /// <summary>SHA-256 of the text, which is stored.</summary>
    public byte[] TextBlob { get; init; } = [];

    public List<Chunk> Chunks { get; init; } = [];

    public long Bytes => Document?.Text.Utf8.Length ?? 0;

    public static PreparedVersion Failed(QueuedVersion version, string reason) => new(version, reason, null);
}
