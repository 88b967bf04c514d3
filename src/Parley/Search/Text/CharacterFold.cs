using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Parley.Search.Text;

/// <summary>What a character is to the tokenizer.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Ends a word.</summary>
    Separator,

    /// <summary>Part of a word.</summary>
    Word,

    /// <summary>Leaves no trace and does not end a word: accents, zero-width characters, soft hyphens.</summary>
    Dropped,

    /// <summary>A character of a script written without spaces; indexed in pairs.</summary>
    Paired,

    /// <summary>A token by itself: emoji, currency signs.</summary>
    Symbol,

    /// <summary>A kana voicing mark, which belongs to the kana before it.</summary>
    Voicing,

    /// <summary>Hyphens and apostrophes beyond ASCII: join two pieces of a word.</summary>
    Joiner,
}

/// <summary>
/// Case, accents and width of characters beyond ASCII, from <c>unicode-fold.txt</c> (written by <c>tools/unicode-fold.mjs</c>).
/// The table is our own and not the runtime's, so that an index written on one runtime means the same on the next.
/// </summary>
internal static class CharacterFold
{
    private const int BlockBits = 7;
    private const int BlockSize = 1 << BlockBits;
    private const int TargetBits = 13;
    private const int TargetMask = (1 << TargetBits) - 1;

    private static readonly Tables Loaded = Load();

    /// <summary>The class of a code point, and the UTF-8 it becomes (empty: the character as it stands).</summary>
    public static CharacterClass Look(int codePoint, out ReadOnlySpan<byte> target)
    {
        var tables = Loaded;
        var block = codePoint >> BlockBits;
        if (block >= tables.Blocks.Length)
        {
            target = default;
            return CharacterClass.Separator;
        }

        int entry = tables.Entries[(tables.Blocks[block] << BlockBits) | (codePoint & (BlockSize - 1))];
        var at = entry & TargetMask;
        target = at == 0 ? default : tables.Texts.AsSpan(tables.Starts[at], tables.Starts[at + 1] - tables.Starts[at]);
        return (CharacterClass)(entry >> TargetBits);
    }

    private static Tables Load()
    {
        using var resource =
            typeof(CharacterFold).Assembly.GetManifestResourceStream("unicode-fold.txt.gz")
            ?? throw new InvalidOperationException("The resource unicode-fold.txt is not in the executable.");
        using var reader = new StreamReader(new GZipStream(resource, CompressionMode.Decompress), Encoding.ASCII);
        var builder = new Builder();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
                builder.Add(line);
        }

        foreach (var joiner in (ReadOnlySpan<int>)[0x2010, 0x2011, 0x2019, 0xFF07])
            builder.Set(joiner, CharacterClass.Joiner, 0);
        return builder.Build();
    }

    private sealed record Tables(ushort[] Blocks, ushort[] Entries, byte[] Texts, ushort[] Starts);

    /// <summary>Reads the lines into 128-character blocks; equal blocks (empty planes, the ideographs) are held once.</summary>
    private sealed class Builder
    {
        private readonly ushort[] _entries = new ushort[0x32400];
        private readonly Dictionary<string, int> _targets = new(StringComparer.Ordinal) { [""] = 0 };
        private readonly List<string> _texts = [""];

        public void Set(int codePoint, CharacterClass kind, int target) =>
            _entries[codePoint] = checked((ushort)(((int)kind << TargetBits) | target));

        public void Add(string line)
        {
            var fields = line.Split(' ');
            var dash = fields[0].IndexOf('-', StringComparison.Ordinal);
            var first = Hex(dash < 0 ? fields[0] : fields[0][..dash]);
            var last = dash < 0 ? first : Hex(fields[0][(dash + 1)..]);
            var kind = fields[1] switch
            {
                "W" => CharacterClass.Word,
                "M" => CharacterClass.Dropped,
                "K" => CharacterClass.Paired,
                "E" => CharacterClass.Symbol,
                "V" => CharacterClass.Voicing,
                _ => throw new FormatException($"unicode-fold.txt: no class in «{line}»"),
            };
            for (var codePoint = first; codePoint <= last; codePoint++)
                Set(codePoint, kind, Target(fields.AsSpan(2), codePoint));
        }

        private int Target(ReadOnlySpan<string> fields, int codePoint)
        {
            if (fields.IsEmpty)
                return 0;
            var text = new StringBuilder();
            if (fields[0][0] is '+' or '-')
                text.Append(char.ConvertFromUtf32(codePoint + int.Parse(fields[0], CultureInfo.InvariantCulture)));
            else
            {
                foreach (var field in fields)
                    text.Append(char.ConvertFromUtf32(Hex(field)));
            }

            var target = text.ToString();
            if (!_targets.TryGetValue(target, out var at))
            {
                _targets.Add(target, at = _texts.Count);
                _texts.Add(target);
            }

            return at;
        }

        public Tables Build()
        {
            var blocks = new ushort[_entries.Length >> BlockBits];
            var kept = new List<ushort>();
            var known = new Dictionary<string, ushort>(StringComparer.Ordinal);
            for (var block = 0; block < blocks.Length; block++)
            {
                var entries = _entries.AsSpan(block << BlockBits, BlockSize);
                var key = string.Create(
                    BlockSize,
                    block,
                    (chars, b) =>
                        _entries
                            .AsSpan(b << BlockBits, BlockSize)
                            .CopyTo(System.Runtime.InteropServices.MemoryMarshal.Cast<char, ushort>(chars))
                );
                if (!known.TryGetValue(key, out blocks[block]))
                {
                    blocks[block] = (ushort)(kept.Count >> BlockBits);
                    known.Add(key, blocks[block]);
                    kept.AddRange(entries);
                }
            }

            var starts = new ushort[_texts.Count + 1];
            var texts = new List<byte>();
            for (var at = 0; at < _texts.Count; at++)
            {
                starts[at] = checked((ushort)texts.Count);
                texts.AddRange(Encoding.UTF8.GetBytes(_texts[at]));
            }

            starts[^1] = checked((ushort)texts.Count);
            return new Tables(blocks, [.. kept], [.. texts], starts);
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
