using System.Text;
using System.Text.Json;

namespace Parley.Tests.Import;

/// <summary>
/// Every field may be absent, null, or of another type, in any file, tomorrow (imports.md): each text fixture of each
/// format is damaged in many ways, by a fixed seed, and no format may throw or complain without saying where and why.
/// </summary>
public sealed class MutationTests
{
    private const int Mutants = 40;

    private static readonly string[] Junk =
    [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1e308",
        "123456789012345678901234567890",
        "\"\"",
        "\"junk\"",
        "\"\\ud83d\"",
        "\"\\u0000\"",
        "\"2024-13-45T99:99:99Z\"",
        "[]",
        "{}",
        "[null]",
        "[[],{},\"x\",1]",
        "{\"a\":1}",
        "{\"text\":{},\"type\":[],\"content\":1,\"id\":{},\"parts\":{}}",
        "{\"\":null}",
    ];

    public static TheoryData<string> Fixtures
    {
        get
        {
            var root = FormatRun.FixturePath("");
            var files = Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
                .Where(f =>
                    Path.GetExtension(f) is ".json" or ".jsonl" or ".js" or ".html" or ".csv"
                    && !f.EndsWith("truth.json", StringComparison.Ordinal)
                    && f != "expected.json"
                );
            return [.. files.Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Damaged_fixtures_never_throw_and_every_notice_says_where_and_why(string name)
    {
        var original = File.ReadAllBytes(FormatRun.FixturePath(name));
        var values = Values(original);
        var read = 0;
        for (var seed = 0; seed < Mutants; seed++)
        {
            var mutant = Mutate(original, values, new Random(seed));
            var run = Run(name, mutant, seed);
            read += run.Conversations.Count > 0 ? 1 : 0;
            Assert.All(
                run.Failures.Concat(run.Warnings.Select(w => (w.Code, Reason: w.What, w.Entry, w.Index, w.Id)))
                    .Concat(run.Ignored),
                n =>
                    Assert.True(
                        n is { Code.Length: > 0, Reason.Length: > 0, Entry.Length: > 0 },
                        $"{name}, seed {seed}: a notice without place or reason: {n}"
                    )
            );
        }

        // Damage in one place is not to cost the rest.
        Assert.True(
            read > Mutants / 3 || !FixtureCounts.Names(name).Contains(name),
            $"{name}: only {read} of {Mutants} damaged copies gave a conversation"
        );
    }

    private static FormatRun Run(string name, byte[] mutant, int seed)
    {
        try
        {
            return FormatRun.OfBytes(Path.GetFileName(name), mutant);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{name} threw with seed {seed}: {e.GetType().Name}: {e.Message}", e);
        }
    }

    /// <summary>Where each value of the JSON stands, and each member's name; none for what is no JSON.</summary>
    private static List<(int Start, int Length, bool IsName)> Values(byte[] bytes)
    {
        var found = new List<(int, int, bool)>();
        var from = Math.Max(0, bytes.AsSpan().IndexOfAny((byte)'{', (byte)'['));
        var reader = new Utf8JsonReader(
            bytes.AsSpan(from),
            new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 10_000 }
        );
        var open = new Stack<int>();
        try
        {
            while (reader.Read())
            {
                var start = from + (int)reader.TokenStartIndex;
                var end = from + (int)reader.BytesConsumed;
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push(start);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        var begin = open.Pop();
                        found.Add((begin, end - begin, false));
                        break;
                    case JsonTokenType.PropertyName:
                        found.Add((start, reader.ValueSpan.Length + 2, true));
                        break;
                    default:
                        found.Add((start, end - start, false));
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // A fixture that is cut off on purpose: what stands before the cut is damaged.
        }

        return found;
    }

    private static byte[] Mutate(byte[] original, List<(int Start, int Length, bool IsName)> values, Random random)
    {
        if (values.Count == 0 || random.Next(8) == 0)
        {
            return random.Next(2) == 0 ? original[..random.Next(original.Length)] : Flip(original, random);
        }

        // From back to front, so that places stay right; values inside one that was replaced are left alone.
        var places = Enumerable
            .Range(0, 1 + random.Next(6))
            .Select(_ => values[random.Next(values.Count)])
            .OrderByDescending(v => v.Start)
            .ToList();
        var bytes = new List<byte>(original);
        var untouched = original.Length;
        foreach (var (start, length, isName) in places)
        {
            if (start + length > untouched)
            {
                continue;
            }

            var other = values[random.Next(values.Count)];
            var replacement =
                isName ? Encoding.UTF8.GetBytes($"\"gone{random.Next(3)}\"")
                : random.Next(4) == 0 && !other.IsName ? original[other.Start..(other.Start + other.Length)]
                : Encoding.UTF8.GetBytes(Junk[random.Next(Junk.Length)]);
            bytes.RemoveRange(start, length);
            bytes.InsertRange(start, replacement);
            untouched = start;
        }

        return [.. bytes];
    }

    private static byte[] Flip(byte[] original, Random random)
    {
        byte[] copy = [.. original];
        for (var i = 0; i < 1 + random.Next(20); i++)
        {
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
        }

        return copy;
    }
}
