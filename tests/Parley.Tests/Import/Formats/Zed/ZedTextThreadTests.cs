using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class ZedTextThreadTests
{
    [Fact]
    public void Offsets_are_bytes_of_UTF_8()
    {
        var run = FormatRun.OfFixture("zed/conversations/Unicode offsets - 1.zed.json");

        Assert.Equal(["You said Ünïcode 🙂", "And I answered.", "Third"], run.Messages.Select(m => m.Text));
        Assert.Equal(["0-0", "0-5", "0-9"], run.Messages.Select(m => m.ProviderId));
        Assert.Equal((MessageStatus.Failed, "Error"), (run.Messages.Last().Status, run.Messages.Last().Finish));
        Assert.Contains("boom", run.Messages.Last().Extras, StringComparison.Ordinal);
        Assert.Equal(("tt-1", "Unicode offsets"), (run.Conversations[0].ProviderId, run.Conversations[0].Title));
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Without_an_id_the_file_name_is_the_key()
    {
        var conversation = FormatRun.OfFixture("zed/conversations/Old one - 1.zed.json").Conversations.Single();

        Assert.Equal(
            ("Old one - 1.zed.json", "Old one", "gpt-4-1106-preview"),
            (conversation.ProviderId, conversation.Title, conversation.Model)
        );
        Assert.Null(conversation.CreatedAt);
        Assert.NotNull(conversation.UpdatedAt);
    }

    [Fact]
    public void Old_and_new_ids_of_one_message_are_the_same_key()
    {
        var old = Run(
            """{"id":"x","zed":"context","version":"0.2.0","text":"q","messages":[{"id":7,"start":0}],"message_metadata":{"7":{"role":"user","status":"Done"}}}"""
        );
        var upgraded = Run(
            """{"id":"x","zed":"context","version":"0.4.0","text":"q","messages":[{"id":{"replica_id":0,"value":7},"start":0,"metadata":{"role":"user","status":"Done"}}]}"""
        );

        Assert.Equal(old.Messages.Single().Key, upgraded.Messages.Single().Key);
    }

    [Fact]
    public void Thoughts_are_cut_out_by_their_ranges()
    {
        var run = Run(
            """
            {"id":"x","zed":"context","version":"0.4.0","text":"é?\n<think>hm ü</think>\n\nAnswer\n","messages":[
              {"id":{"value":0},"start":0,"metadata":{"role":"user","status":"Done"}},{"id":{"value":1},"start":4,"metadata":{"role":"assistant","status":"Canceled"}}],
             "thought_process_output_sections":[{"range":{"start":4,"end":24}}]}
            """
        );
        var answer = run.Messages.Last();

        Assert.Equal([PartKind.Thinking, PartKind.Text], answer.Parts.Select(p => p.Kind));
        Assert.Equal(["hm ü", "\n\nAnswer"], answer.Parts.Select(p => p.Text));
        Assert.Equal((MessageStatus.Stopped, "Canceled"), (answer.Status, answer.Finish));
    }

    [Fact]
    public void No_byte_is_lost_whatever_the_offsets_say()
    {
        var run = Run(
            """
            {"id":"x","zed":"context","version":"0.4.0","text":"aé🙂b","messages":[
              {"id":{"value":3},"start":5,"metadata":{"role":"assistant"}},{"id":{"value":1},"start":2,"metadata":{"role":"user"}},
              {"id":{"value":1},"start":99,"metadata":{"role":"ghost"}},{"id":{"value":4},"start":-3},{"id":null}],
             "thought_process_output_sections":[{"range":{"start":3,"end":500}},{"range":null}]}
            """
        );

        Assert.Equal("aé🙂b", string.Concat(run.Messages.Select(m => m.Text)));
        Assert.Equal(5, run.Messages.Count());
        Assert.Contains(run.Warnings, w => w.Code == "bad-offset");
        Assert.Contains(run.Warnings, w => w.Code == "repeated-id");
        Assert.Contains(run.Warnings, w => w.Code == "unknown-role");
        Assert.Empty(run.Failures);
    }

    [Fact]
    public void Text_before_the_first_message_and_text_without_messages_are_kept()
    {
        Assert.Equal(
            "abc",
            Run(
                """{"zed":"context","version":"0.3.0","text":"abc","messages":[{"id":1,"start":2}],"message_metadata":{"1":{"role":"user"}}}"""
            )
                .Messages.Single()
                .Text
        );
        Assert.Equal(
            "abc",
            Run("""{"zed":"context","version":"0.3.0","text":"abc","messages":[]}""").Messages.Single().Text
        );
    }

    [Fact]
    public void A_cut_off_file_and_one_without_text_fail()
    {
        Assert.Contains(
            "cut off",
            Assert.Single(Run("""{"zed":"context","version":"0.4.0","text":"abc","messages":[{""").Failures).Reason,
            StringComparison.Ordinal
        );
        Assert.Single(Run("""{"zed":"context","version":"0.4.0","text":null,"messages":[]}""").Failures);
    }

    [Fact]
    public void Members_stand_in_any_order()
    {
        Assert.Equal(
            "q",
            Run("""{"text":"q","messages":[{"start":0,"id":1}],"version":"0.3.0","zed":"context"}""")
                .Messages.Single()
                .Text
        );
    }

    private static FormatRun Run(string json) => FormatRun.OfText("Some talk - 2.zed.json", json);
}
