using System.ComponentModel.DataAnnotations;

namespace Parley.Import;

/// <summary>Settings of the import room.</summary>
internal sealed class ImportOptions
{
    public const int DefaultBatchBytes = 16 * 1024 * 1024;

    /// <summary>Text that is committed together, in bytes. Larger is faster and needs more memory. Default 16 MiB.</summary>
    /// <value>1 KiB to 256 MiB.</value>
    [Range(1024, 256 * 1024 * 1024)]
    public int BatchBytes { get; set; } = DefaultBatchBytes;

    /// <summary>The largest attachment whose bytes are kept, in bytes. Default 1 GiB (security.md section 6).</summary>
    [Range(1, 1L << 40)]
    public long MaxAttachmentBytes { get; set; } = 1L << 30;

    /// <summary>The largest archive taken over HTTP, in bytes. Default 2 GiB (security.md section 6).</summary>
    [Range(1, 1L << 40)]
    public long MaxUploadBytes { get; set; } = 1L << 31;

    /// <summary>Where private copies are made; null → the system's temporary folder.</summary>
    public string? ScratchFolder { get; set; }
}
