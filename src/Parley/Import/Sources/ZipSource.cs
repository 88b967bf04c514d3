using System.IO.Compression;
using System.Text;

namespace Parley.Import;

/// <summary>A zip. Names are matched, never used as paths; inflated bytes are counted, headers are not believed (S32).</summary>
internal sealed class ZipSource : ImportSource
{
    private readonly ZipArchive archive;
    private readonly List<SourceEntry> entries = [];

    private ZipSource(ZipArchive archive) => this.archive = archive;

    public override IReadOnlyList<SourceEntry> Entries => entries;

    public static ZipSource Open(Stream stream, string name)
    {
        var source = new ZipSource(new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: false, Encoding.UTF8)) { Name = name };
        foreach (var entry in source.archive.Entries)
        {
            var path = entry.FullName.Replace('\\', '/');
            if (path.EndsWith('/') || IsJunk(path))
            {
                continue;
            }

            source.entries.Add(new SourceEntry(path.TrimStart('/'), entry.Length, entry.LastWriteTime, entry.Open));
        }

        PairWriteAheadLogs(source.entries);
        return source;
    }

    public override void Dispose() => archive.Dispose();
}
