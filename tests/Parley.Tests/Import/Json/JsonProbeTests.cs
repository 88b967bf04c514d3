using System.Text;
using Parley.Import;

namespace Parley.Tests.Import;

public sealed class JsonProbeTests
{
    [Fact]
    public void Paths_are_written_from_the_root()
    {
        var probe = Probe(
            """[null,"junk",{"title":"x","mapping":{"id-1":{"message":{"author":{"role":"user"}}}},"tags":[{"n":1}]}]"""
        );

        Assert.True(probe.IsArray);
        Assert.True(probe.Has("[].mapping"));
        Assert.True(probe.InRecords("mapping"));
        Assert.True(probe.Has("[].mapping.id-1.message"));
        Assert.True(probe.Has("[].mapping.*.message.author.role"));
        Assert.True(probe.Has("[].*.*.message"));
        Assert.True(probe.Has("[].tags[].n"));
        Assert.False(probe.Has("[].tags.n"));
        Assert.False(probe.Has("[].mapping.*.author"));
        Assert.False(probe.Has("mapping"));
        Assert.False(probe.IsLines);
    }

    [Fact]
    public void A_lone_object_and_lines_are_told_apart()
    {
        var one = Probe("""{"conversations":[{"responses":[{"response":1}]}],"projects":[]}""");
        var lines = Probe("{\"type\":\"user\"}\n{\"type\":\"assistant\",\"message\":{\"id\":1}}\n");

        Assert.True(one.Has("conversations[].responses[].response"));
        Assert.True(one is { IsObject: true, IsLines: false, Roots: 1 });
        Assert.True(lines.InRecords("message.id"));
        Assert.True(lines is { IsLines: true, Roots: 2 });
    }

    [Fact]
    public void Arrays_of_arrays_have_their_own_brackets()
    {
        var probe = Probe("""[[{"a":1}],{"b":2}]""");

        Assert.True(probe.Has("[][].a"));
        Assert.True(probe.Has("[].b"));
        Assert.False(probe.Has("[].a"));
    }

    [Fact]
    public void What_is_cut_off_or_broken_shows_what_stood_before()
    {
        Assert.True(Probe("""[{"chat_messages":[{"uuid":"x","te""").InRecords("chat_messages[].uuid"));
        Assert.True(Probe("""{"a":1,"b":}""").Has("a"));
        Assert.True(Probe("{\"a\":1}\n{\"cut\":\"of\n{\"b\":{\"c\":2}}\n").Has("b.c"));
    }

    [Fact]
    public void A_member_after_an_object_or_array_is_found_where_it_stands()
    {
        var probe = Probe("""{"a":{"x":{"y":1}},"b":[[1],{"z":2}],"c":3}""");

        Assert.True(probe.Has("a.x.y"));
        Assert.True(probe.Has("b[].z"));
        Assert.True(probe.Has("c"));
        Assert.False(probe.Has("a.c"));
    }

    [Fact]
    public void A_hostile_head_costs_little()
    {
        var deep = Probe(string.Concat(Enumerable.Repeat("[", 500_000)));
        var wide = Probe(
            "{" + string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"\"k{i}\":{{\"x\":1}}")) + "}"
        );
        var broken = Probe(string.Concat(Enumerable.Repeat("{\n", 200_000)));

        Assert.True(deep.Has("[][][]"));
        Assert.True(wide.Has("k0.x"));
        Assert.False(broken.Has("k0"));
    }

    private static JsonProbe Probe(string json) => JsonProbe.Read(Encoding.UTF8.GetBytes(json));
}
