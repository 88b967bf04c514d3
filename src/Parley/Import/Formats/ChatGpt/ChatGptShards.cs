using System.Globalization;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// Shards are numbered from 0 (<c>conversations-000.json</c>). Where no manifest says which there should be, a number
/// that is left out does.
/// </summary>
internal static class ChatGptShards
{
    private const string Manifest = "export_manifest.json";
    private const string Stem = "conversations-";

    /// <summary>Warns once for each run of numbers without a file.</summary>
    public static void WarnOfGaps(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        if (context.Source.Find(Manifest) is not null)
        {
            return;
        }

        var next = 0;
        foreach (var (number, entry) in Numbered(claimed))
        {
            if (number > next)
            {
                var missing = number - next;
                context.Report.Warn(
                    "missing-shard",
                    missing == 1
                        ? $"{Stem}{next:D3}.json is not there, though this later part is"
                        : $"{Stem}{next:D3}.json to {Stem}{number - 1:D3}.json are not there, though this later part is",
                    entry.Name
                );
            }

            next = number + 1;
        }
    }

    /// <summary>By number; one file of each.</summary>
    private static SortedDictionary<int, SourceEntry> Numbered(IReadOnlyList<SourceEntry> claimed)
    {
        var numbered = new SortedDictionary<int, SourceEntry>();
        foreach (var entry in claimed)
        {
            var name = entry.FileName;
            if (
                name.StartsWith(Stem, StringComparison.OrdinalIgnoreCase)
                && int.TryParse(
                    Path.GetFileNameWithoutExtension(name.AsSpan(Stem.Length)),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number
                )
            )
            {
                numbered.TryAdd(number, entry);
            }
        }

        return numbered;
    }
}
