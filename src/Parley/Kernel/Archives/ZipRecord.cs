namespace Parley.Kernel.Archives;

/// <summary>One entry as a zip states it; what it states is checked before it is used.</summary>
/// <param name="HeaderOffset">Where its local header stands.</param>
/// <param name="Packed">Bytes of its data in the archive.</param>
/// <param name="Size">Bytes it says it inflates to; -1 where it does not say.</param>
/// <param name="Crc">Checksum of the inflated bytes; 0 where it is not known.</param>
/// <param name="UnixMode">File type and permissions where a Unix wrote it, else 0.</param>
internal readonly record struct ZipRecord(
    string Name,
    ushort Flags,
    ushort Method,
    long HeaderOffset,
    long Packed,
    long Size,
    uint Crc,
    int UnixMode,
    DateTimeOffset? Modified
)
{
    public const int LocalHeaderSize = 30;

    /// <summary>The file ends within the data, so that its length was never found.</summary>
    public bool IsCutOff { get; init; }

    public bool IsEncrypted => (Flags & 1) != 0;

    /// <summary>A link, device or pipe.</summary>
    public bool IsSpecial => (UnixMode & 0xF000) is not (0 or 0x8000 or 0x4000);

    public bool IsLink => (UnixMode & 0xF000) == 0xA000;

    public string MethodName =>
        Method switch
        {
            1 => "Shrink",
            6 => "Implode",
            12 => "BZip2",
            14 => "LZMA",
            93 => "Zstandard",
            95 => "XZ",
            98 => "PPMd",
            99 => "AES",
            _ => "method " + Method,
        };

    /// <summary>MS-DOS times have no zone and two-second steps.</summary>
    public static DateTimeOffset? DosTime(ushort date, ushort time)
    {
        var (year, month, day) = (1980 + (date >> 9), (date >> 5) & 15, date & 31);
        var (hour, minute, second) = (time >> 11, (time >> 5) & 63, (time & 31) * 2);
        var isTime =
            month is >= 1 and <= 12
            && day >= 1
            && day <= DateTime.DaysInMonth(year, month)
            && hour < 24
            && minute < 60
            && second < 60;
        return isTime ? new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero) : null;
    }
}
