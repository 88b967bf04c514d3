namespace Parley.Import;

/// <summary>Opens what a person handed over, by what it is and not by its name.</summary>
internal static class ImportSources
{
    public static ImportSource Open(string path, string name, bool dated = true)
    {
        if (Directory.Exists(path))
        {
            return FileSource.Folder(path);
        }

        var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[4];
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        file.Position = 0;
        if (head[..read].StartsWith("PK\u0003\u0004"u8) || head[..read].StartsWith("PK\u0005\u0006"u8))
        {
            return ZipSource.Open(file, name);
        }

        file.Dispose();
        return FileSource.File(path, name, dated);
    }
}
