using System.ComponentModel.DataAnnotations;

namespace Parley.Files;

/// <summary>Settings of the files room.</summary>
internal sealed class FilesOptions
{
    /// <summary>The largest file taken over HTTP, in bytes. Default 100 MiB (security.md section 6).</summary>
    [Range(1, 1L << 40)]
    public long MaxUploadBytes { get; set; } = 100L << 20;
}
