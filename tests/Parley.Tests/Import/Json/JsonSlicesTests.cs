using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Parley.Import;
using Parley.Kernel.Archives;

namespace Parley.Tests.Import;

public sealed class JsonSlicesTests
{
    [Fact]
    public void Elements_of_a_root_array_come_one_by_one()
    {
        var slices = Slices("""[ {"a":[1,{"b":"]}"}]} , "x\"]" ,7,null,true, [1] ]""");

        Assert.Equal(
            ["""{"a":[1,{"b":"]}"}]}""", "\"x\\\"]\"", "7", "null", "true", "[1]"],
            slices.Select(s => s.Text)
        );
        Assert.Equal([0, 1, 2, 3, 4, 5], slices.Select(s => s.Index));
        Assert.All(slices, s => Assert.Equal("", s.Path));
    }

    [Fact]
    public void A_lone_object_is_one_value()
    {
        Assert.Equal("""{"mapping":{}}""", Assert.Single(Slices("\uFEFF \n{\"mapping\":{}}\n")).Text);
    }

    [Fact]
    public void Members_of_a_root_object_come_by_name_and_those_asked_for_element_by_element()
    {
        var slices = Slices(
            """{"id":7,"conversations":[{"a":1},{"b":2}],"other":[1,2],"last":"x"}""",
            ["conversations"]
        );

        Assert.Equal(
            [
                ("id", -1, "7"),
                ("conversations", 0, "{\"a\":1}"),
                ("conversations", 1, "{\"b\":2}"),
                ("other", -1, "[1,2]"),
                ("last", -1, "\"x\""),
            ],
            slices.Select(s => (s.Path, s.Index, s.Text))
        );
    }

    [Fact]
    public void Lines_and_concatenated_values_are_walked_in_turn()
    {
        Assert.Equal(
            ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"],
            Slices("{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":3}").Select(s => s.Text)
        );
        Assert.Equal(["{\"a\":1}", "{\"b\":2}"], Slices("{\"a\":1}{\"b\":2}").Select(s => s.Text));
        Assert.Equal(["{\"a\":1}", "{\"b\":2}"], Slices("\u001E{\"a\":1}\n\u001E{\"b\":2}\n").Select(s => s.Text));
    }

    [Fact]
    public void A_pretty_value_after_one_on_a_line_is_still_whole()
    {
        Assert.Equal(
            ["{\"a\":1}", "{\n \"b\": {\n }\n}", "{\"c\":3}"],
            Slices("{\"a\":1}\n{\n \"b\": {\n }\n}\n{\"c\":3}\n").Select(s => s.Text)
        );
    }

    [Fact]
    public void Nothing_gives_nothing()
    {
        Assert.Empty(Slices(""));
        Assert.Empty(Slices(" \n\t"));
        Assert.Empty(Slices("[]"));
        Assert.Empty(Slices("{}", ["x"]));
    }

    [Fact]
    public void Only_the_first_root_is_read_where_something_else_follows()
    {
        var json = Encoding.UTF8.GetBytes("[{\"a\":1},{\"b\":2}];\n var x = [3];</script>");
        using var slices = new JsonSlices(new MemoryStream(json), oneRoot: true);

        Assert.Equal(["{\"a\":1}", "{\"b\":2}"], Read(slices).Select(s => s.Text));
    }

    [Fact]
    public void A_file_that_ends_early_gives_what_is_whole_and_then_an_error()
    {
        var slices = Slices("""[{"a":1},{"b":"two""");

        Assert.Equal("{\"a\":1}", slices[0].Text);
        Assert.Equal((1, 9), (slices[1].Index, slices[1].Offset));
        Assert.Contains("byte 9", slices[1].Error, StringComparison.Ordinal);
        Assert.Equal(2, slices.Count);
    }

    [Theory]
    [InlineData("[{\"a\":1}", "{\"a\":1}")]
    [InlineData("[", "")]
    [InlineData("{\"conversations\":[{\"a\":1}", "{\"a\":1}")]
    [InlineData("{\"conversations", "")]
    [InlineData("{\"conversations\":", "")]
    public void Every_early_end_is_an_error(string json, string whole)
    {
        var slices = Slices(json, ["conversations"]);

        Assert.NotNull(slices[^1].Error);
        Assert.Equal(whole, string.Concat(slices.Select(s => s.Text)));
    }

    [Theory]
    [InlineData("{\"id\":\"BAD\",\"title\":\"no closing brace\",\"x\":{\"y\":1}")]
    [InlineData("{\"id\":\"BAD\",\"title\":\"no closing bracket\",\"x\":[1,2}")]
    [InlineData("{\"id\":\"BAD\",\"title\":\"no closing quote},\"x\":1}")]
    [InlineData("{\"id\":\"BAD\",\"title\":\"cut off, ends in a backslash \\")]
    public void A_record_that_does_not_close_takes_no_other_with_it(string broken)
    {
        var good = Enumerable
            .Range(0, 6)
            .Select(i => $$"""{"id":"{{i}}","title":"t","inner":[{"id":"x","other":1},{"id":"y","other":2}]}""")
            .ToList();
        var slices = Slices($"[{good[0]},\n{broken},\n{good[1]},{broken},{good[2]},{good[3]}, {good[4]},{good[5]}]");

        Assert.Equal(good, slices.Where(s => s.Error is null).Select(s => s.Text));
        Assert.Equal([1, 3], slices.Where(s => s.Error is not null).Select(s => s.Index));
    }

    [Fact]
    public void A_broken_first_record_is_stepped_over_too()
    {
        var slices = Slices("""[{"id":1,"title":"x", {"id":2,"title":"y"}, {"id":3,"title":"z"}]""");

        Assert.Equal(
            ["{\"id\":2,\"title\":\"y\"}", "{\"id\":3,\"title\":\"z\"}"],
            slices.Where(s => s.Error is null).Select(s => s.Text)
        );
        Assert.NotNull(slices[0].Error);
    }

    [Fact]
    public void A_brace_too_many_ends_nothing()
    {
        Assert.Equal(
            ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"],
            Slices("[{\"a\":1}},{\"a\":2},{\"a\":3}]").Select(s => s.Text)
        );
    }

    [Fact]
    public void A_broken_line_takes_no_other_with_it()
    {
        var slices = Slices(
            "{\"a\":1}\n{\"a\":\"cut\n{\"a\":\"}\"}\n{\"a\":[1\n\n{\"a\":4}\nnoise and more\n{\"a\":5}\n{\"a\":6"
        );

        Assert.Equal(
            ["{\"a\":1}", "{\"a\":\"}\"}", "{\"a\":4}", "{\"a\":5}"],
            slices.Where(s => s.Error is null && s.Text[0] == '{').Select(s => s.Text)
        );
        Assert.NotNull(slices[^1].Error);
    }

    [Fact]
    public void A_value_longer_than_the_limit_is_an_error_and_the_next_is_read()
    {
        var longOne = "{\"id\":1,\"text\":\"" + new string('x', 2_000_000) + "\"}";
        var slices = Slices($"[{{\"id\":0,\"text\":\"\"}},{longOne},{{\"id\":2,\"text\":\"\"}}]", max: 1_000_000);

        Assert.Equal(
            ["{\"id\":0,\"text\":\"\"}", "{\"id\":2,\"text\":\"\"}"],
            slices.Where(s => s.Error is null).Select(s => s.Text)
        );
        Assert.Contains("longer than 1000000 bytes", slices[1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_source_is_said_and_what_came_before_stays()
    {
        using var slices = new JsonSlices(new BreakingStream("[{\"a\":1},{\"a\":2},{\"a\":"u8.ToArray()));

        var read = Read(slices);

        Assert.Equal(["{\"a\":1}", "{\"a\":2}"], read.Where(s => s.Error is null).Select(s => s.Text));
        Assert.Equal("the archive is damaged here", read[^1].Error);
    }

    [Fact]
    public void Trees_nested_thousands_deep_are_read()
    {
        const int Depth = 5_000;
        const string Level = "{\"id\":\"x\",\"text\":\"y\",\"children\":[";
        var deep = string.Concat(Enumerable.Repeat(Level, Depth)) + string.Concat(Enumerable.Repeat("]}", Depth));

        var slice = Assert.Single(Slices("[" + deep + "]"));

        using var document = JsonSlices.Parse(Encoding.UTF8.GetBytes(slice.Text));
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
    }

    [Fact]
    public void Brackets_a_million_deep_are_refused_in_no_time()
    {
        var deep = new string('[', 900_000) + new string(']', 900_000);

        var slice = Assert.Single(Slices("[" + deep + "]"));

        var error = Assert.ThrowsAny<JsonException>(() => JsonSlices.Parse(Encoding.UTF8.GetBytes(slice.Text)));
        Assert.Contains("deep", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_python_and_careless_writers_write_is_read()
    {
        using var document = JsonSlices.Parse(
            "{\"a\":NaN,\"b\":-Infinity,\"c\":\"NaN \t\u0001\n \\x \\\"\",\"d\":[1,],}"u8.ToArray()
        );

        var json = new Json(document.RootElement);
        Assert.False(json["a"u8].Exists);
        Assert.False(json["b"u8].Exists);
        Assert.Equal("NaN \t\u0001\n \\x \"", json["c"u8].String());
        Assert.ThrowsAny<JsonException>(() => JsonSlices.Parse("{\"a\":}"u8.ToArray()));
    }

    /// <summary>The cut is that of the JSON reader, wherever the reads happen to fall.</summary>
    [Fact]
    public void The_cut_is_right_for_any_values_and_any_reads()
    {
        var text = Gen.Elements(
                "a",
                "\\\"",
                "\\\\",
                "[",
                "]",
                "{",
                "}",
                ",",
                ":",
                " ",
                "é",
                "\\u0041",
                new string('y', 70)
            )
            .ArrayOf()
            .Select(string.Concat);
        var leaf = text.Select(t => $"\"{t}\"").Or(Gen.Elements("1", "null", "-2.5e3", "true", "{}", "[]", "[ ]"));
        var value = leaf;
        for (var i = 0; i < 3; i++)
        {
            var inner = value;
            value = inner
                .ArrayOf()
                .Select(a => $"[{string.Join(',', a)}]")
                .Or(
                    from names in text.ArrayOf(2)
                    from values in inner.ArrayOf(2)
                    select $"{{\"{names[0]}\":{values[0]}, \"{names[1]}\" : {values[1]}}}"
                )
                .Or(leaf);
        }

        var runs = from values in value.ArrayOf() from step in Gen.Choose(1, 200) select (values, step);
        Prop.ForAll(
                runs.ToArbitrary(),
                x =>
                {
                    using var slices = new JsonSlices(
                        new SlowStream(Encoding.UTF8.GetBytes($"[{string.Join(" ,\n", x.values)}]"), x.step)
                    );
                    return Read(slices).Select(s => s.Text).SequenceEqual(x.values);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static List<(string Path, long Index, long Offset, string Text, string? Error)> Slices(
        string json,
        string[]? descend = null,
        int max = JsonSlices.DefaultMaxValue
    )
    {
        using var slices = new JsonSlices(new MemoryStream(Encoding.UTF8.GetBytes(json)), descend, max);
        return Read(slices);
    }

    private static List<(string Path, long Index, long Offset, string Text, string? Error)> Read(JsonSlices slices)
    {
        var all = new List<(string, long, long, string, string?)>();
        while (slices.MoveNext())
        {
            var slice = slices.Current;
            if (slice.Error is null && !IsJson(slice.Bytes))
            {
                slices.Reread();
                slice = slice with { Error = "no JSON" };
            }

            all.Add((slice.Path, slice.Index, slice.Offset, Encoding.UTF8.GetString(slice.Bytes.Span), slice.Error));
        }

        return all;
    }

    private static bool IsJson(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            JsonSlices.Parse(bytes).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class SlowStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, step));
    }

    private sealed class BreakingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            Position < Length
                ? base.Read(buffer, offset, count)
                : throw new SourceException("damaged-entry", "a.json", "the archive is damaged here");
    }
}
