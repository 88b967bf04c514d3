using System.Text;
using Parley.Conversations;
using Parley.Import;

namespace Parley.Tests.Import;

public sealed class ExtrasTests
{
    private static readonly FieldMap Map = new("message", mapped: "id text", kept: "usage", dropped: "noise");

    [Fact]
    public void What_the_model_has_no_field_for_is_kept_as_it_stands()
    {
        var (extras, warnings) = Rest("""{"id":1,"usage":{"in" : 1.50},"noise":[1],"text":"t"}""");

        Assert.Equal("""{"usage":{"in" : 1.50}}""", extras);
        Assert.Empty(warnings);
    }

    [Fact]
    public void An_unknown_field_is_kept_and_warned_of()
    {
        var (extras, warnings) = Rest("""{"id":1,"next\"year":"x","\ud800":2}""");

        Assert.Equal("""{"next\"year":"x","\ud800":2}""", extras);
        Assert.Equal("unknown field \"next\"year\" of a message, kept", warnings[0].What);
        Assert.Equal(
            ("unknown-field", "a.json", 7L, "m"),
            (warnings[0].Code, warnings[0].Entry, warnings[0].Index, warnings[0].Id)
        );
    }

    [Fact]
    public void Members_that_say_nothing_leave_no_extras()
    {
        var (extras, _) = Rest("{\"usage\":null,\"a\":\"\",\"b\":[ ],\"c\":{\n}}");

        Assert.Equal("", extras);
    }

    [Fact]
    public void Ten_locations_of_a_name_are_reported()
    {
        var run = new FormatRun();
        var writer = new ExtrasWriter(run);
        using var arena = new Utf8Arena();
        using var document = JsonSlices.Parse("{\"new\":1}"u8.ToArray());
        for (var i = 0; i < 50; i++)
        {
            writer.Rest(new Json(document.RootElement), Map, arena, "a.json", i);
        }

        Assert.Equal(10, run.Warnings.Count);
    }

    [Fact]
    public void Members_of_several_sources_make_one_object_and_text_is_escaped()
    {
        var writer = new ExtrasWriter(new FormatRun());
        using var arena = new Utf8Arena();
        using var document = JsonSlices.Parse("{\"usage\":2}"u8.ToArray());

        writer.Begin().Add("left over"u8, "1"u8);
        var extras = writer
            .Begin()
            .Take(new Json(document.RootElement), Map, "a")
            .Add("path"u8, "a\"b\u0000")
            .Finish(arena);

        Assert.Equal("{\"usage\":2,\"path\":\"a\\u0022b\\u0000\"}", Encoding.UTF8.GetString(extras.Span));
    }

    private static (
        string Extras,
        List<(string Code, string What, string Entry, long Index, string? Id)> Warnings
    ) Rest(string json)
    {
        var run = new FormatRun();
        using var arena = new Utf8Arena();
        using var document = JsonSlices.Parse(Encoding.UTF8.GetBytes(json));
        var extras = new ExtrasWriter(run).Rest(new Json(document.RootElement), Map, arena, "a.json", 7, "m");
        return (Encoding.UTF8.GetString(extras.Span), run.Warnings);
    }
}
