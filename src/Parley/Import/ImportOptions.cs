using System.ComponentModel.DataAnnotations;

namespace Parley.Import;

/// <summary>Settings of the import room.</summary>
internal sealed class ImportOptions
{
    public const int DefaultBatchBytes = 5 * 1024 * 1024;

    /// <summary>Text that is committed together, in bytes. Larger is faster and needs more memory. Default 5 MiB.</summary>
    /// <value>1 KiB to 256 MiB.</value>
    [Range(1024, 256 * 1024 * 1024)]
    public int BatchBytes { get; set; } = DefaultBatchBytes;

    /// <summary>The largest attachment whose bytes are kept, in bytes. Default 1 GiB (security.md section 6).</summary>
    [Range(1, 1L << 40)]
    public long MaxAttachmentBytes { get; set; } = 1L << 30;

    /// <summary>The largest archive taken over HTTP, in bytes. Default 2 GiB (security.md section 6).</summary>
    [Range(1, 1L << 40)]
    public long MaxUploadBytes { get; set; } = 1L << 31;

    /// <summary>Entries an archive may hold, those of archives within it included. Default 50,000 (security.md section 6).</summary>
    [Range(1, 10_000_000)]
    public int MaxArchiveEntries { get; set; } = 50_000;

    /// <summary>How many times its packed size an entry may inflate to, once past 10 MiB. Default 100 (security.md section 6).</summary>
    [Range(2, 100_000)]
    public int MaxArchiveRatio { get; set; } = 100;

    /// <summary>
    /// What one entry may inflate to, in bytes, where it is held or copied whole. JSON, HTML and databases are read as
    /// a stream and bounded by <see cref="MaxArchiveBytes"/> alone. Default 1 GiB (security.md section 6).
    /// </summary>
    [Range(1, 1L << 50)]
    public long MaxEntryBytes { get; set; } = 1L << 30;

    /// <summary>What an archive may inflate to in all, in bytes, counted while inflating. Default 8 GiB (security.md section 6).</summary>
    [Range(1, 1L << 50)]
    public long MaxArchiveBytes { get; set; } = 8L << 30;

    /// <summary>Where private copies are made; null → the system's temporary folder.</summary>
    public string? ScratchFolder { get; set; }
}
