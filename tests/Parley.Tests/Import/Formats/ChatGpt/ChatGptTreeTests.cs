using Parley.Conversations;

namespace Parley.Tests.Import.Formats.ChatGpt;

/// <summary>Roles, parents and visibility in a mapping: imports.md 3.3. Containers are in <see cref="ChatGptFormatTests"/>.</summary>
public sealed class ChatGptTreeTests
{
    [Fact]
    public void Roles_of_another_name_are_kept_beside_the_nearest()
    {
        var run = FormatRun.OfText(
            "a.json",
            """
            {"id":"c","create_time":1,"mapping":{
             "a":{"message":{"author":{"role":"developer"},"content":{"parts":["1"]}}},
             "b":{"parent":"a","message":{"author":{"role":"critic"},"content":{"parts":["2"]}}},
             "c":{"parent":"b","message":{"author":{"role":"oracle"},"content":{"parts":["3"]}}},
             "d":{"parent":"c","message":{"author":"user","content":"plain string"}},
             "e":{"parent":"d","message":{"role":"assistant","content":["in","a list"]}},
             "f":{"parent":"e","message":{"author":{"role":null},"content":{"parts":["kept with the conversation"]}}},
             "g":{"parent":"f","message":"not an object"},
             "h":{"parent":"g","message":{"author":{"role":"function","name":"old_tool"},"content":{"content_type":"text","parts":["8"]}}}}}
            """
        );

        var messages = run.Messages.ToList();
        Assert.Equal(
            [Role.System, Role.Assistant, Role.Assistant, Role.User, Role.Assistant, Role.Tool],
            messages.Select(m => m.Role)
        );
        Assert.Equal(["developer", "critic", "oracle", null, null, "function"], messages.Select(m => m.RawRole));
        Assert.Equal("plain string", messages[3].Text);
        Assert.Equal("in\na list", messages[4].Text);
        Assert.Equal("e", messages[4].ProviderId);
        Assert.Equal(messages[4].Key, messages[5].Parent);
        Assert.Equal("unknown-role", Assert.Single(run.Warnings, w => w.Code == "unknown-role").Code);
        Assert.Equal(["f", "g"], run.Warnings.Where(w => w.Code == "no-role").Select(w => w.Id));
        Assert.Contains("kept with the conversation", run.Conversations[0].Extras, StringComparison.Ordinal);
    }

    [Fact]
    public void Children_alone_make_the_tree_where_all_parents_are_absent()
    {
        var run = FormatRun.OfText(
            "a.json",
            """
            {"id":"c","create_time":1,"mapping":{"r":{"message":null,"children":["a"]},
             "a":{"children":["b","x"],"message":{"author":{"role":"user"},"content":{"parts":["q"]}}},
             "b":{"children":[],"message":{"author":{"role":"assistant"},"content":{"parts":["1"]}}},
             "x":{"children":[],"message":{"author":{"role":"assistant"},"content":{"parts":["2"]}}}}}
            """
        );

        Assert.Equal(
            [null, "a", "a"],
            run.Messages.Select(m => run.Messages.FirstOrDefault(p => p.Key.Equals(m.Parent))?.ProviderId)
        );
    }

    [Fact]
    public void A_mapping_that_is_a_list_is_read_by_the_ids_in_it()
    {
        var run = FormatRun.OfText(
            "a.json",
            """{"id":"c","create_time":1,"mapping":[{"id":"a","parent":null,"message":{"author":{"role":"user"},"content":{"parts":["q"]}}},{"id":"b","parent":"a","message":{"author":{"role":"assistant"},"content":{"parts":["r"]}}}]}"""
        );

        Assert.Equal(["q", "r"], run.Messages.Select(m => m.Text));
    }

    [Fact]
    public void Weight_zero_hides_only_what_is_empty()
    {
        var run = FormatRun.OfText(
            "a.json",
            """
            {"id":"c","create_time":1,"mapping":{
             "a":{"parent":null,"message":{"author":{"role":"system"},"weight":0,"content":{"content_type":"text","parts":[""]}}},
             "b":{"parent":"a","message":{"author":{"role":"assistant"},"weight":0,"content":{"content_type":"text","parts":["set aside"]}}},
             "c":{"parent":"b","message":{"author":{"role":"system"},"weight":1,"content":{"content_type":"text","parts":[""]}}},
             "d":{"parent":"c","message":{"author":{"role":"user"},"metadata":{"is_visually_hidden_from_conversation":true},"content":{"content_type":"text","parts":["hidden"]}}}}}
            """
        );

        Assert.Equal([true, false, false, true], run.Messages.Select(m => m.Hidden));
    }
}
