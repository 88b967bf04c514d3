using Parley.Conversations;

namespace Parley.Tests.Import.Formats.Perplexity;

public sealed class PerplexityFormatTests
{
    [Fact]
    public void Pairs_of_question_and_answer_are_two_messages_each()
    {
        var run = FormatRun.OfText(
            "p.json",
            """{"metadata":{"thread_title":"Rivers","thread_id":"t1"},"conversations":[{"uuid":"e1","query":"q1","answer":"a1","model":"sonar","timestamp":"2026-01-01T00:00:00Z","sources":[{"title":"S","url":"https://s.example"}]},{"query":"q2","answer":"a2"}]}"""
        );
        var thread = Assert.Single(run.Conversations);
        Assert.Equal(
            ("perplexity", "t1", "Rivers", "sonar"),
            (thread.Provider, thread.ProviderId, thread.Title, thread.Model)
        );
        Assert.Equal(["q1", "a1", "q2", "a2"], thread.Messages.Select(m => m.Text));
        Assert.Equal("https://s.example", thread.Messages[1].Parts[1].Url);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Blocks_of_the_site_become_text_and_citations()
    {
        var run = FormatRun.OfText(
            "p.json",
            """
            {"status":"success","entries":[{"uuid":"e1","thread_title":"T","query_str":"q","display_model":"m","blocks":[{"intended_usage":"plan","plan_block":{"steps":[]}},{"intended_usage":"web_results","web_result_block":{"web_results":[{"name":"N","url":"https://n.example","snippet":"snip"}]}},
             {"intended_usage":"ask_text","markdown_block":{"answer":"","chunks":["half ","and \ud83d half"]}},{"intended_usage":"ask_text_0","markdown_block":{"answer":"half and \ufffd half"}},{"intended_usage":"chart","chart_block":{"x":1}}]}]}
            """
        );
        var thread = Assert.Single(run.Conversations);
        Assert.Equal(("of:e1", "T"), (thread.ProviderId, thread.Title));
        Assert.Equal(
            [PartKind.Citation, PartKind.Text, PartKind.Unknown],
            thread.Messages[1].Parts.Select(p => p.Kind)
        );
        Assert.Equal("half and \uFFFD half", thread.Messages[1].Text);
        Assert.Equal("unknown-content-type", Assert.Single(run.Warnings).Code);
    }
}
