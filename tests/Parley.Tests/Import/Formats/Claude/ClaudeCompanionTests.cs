using System.Text;
using Parley.Conversations;

namespace Parley.Tests.Import.Formats.Claude;

public sealed class ClaudeCompanionTests
{
    [Fact]
    public void Project_documents_are_documents_of_their_project_and_no_conversations()
    {
        var run = FormatRun.OfFixture("claude/v2-project.json");
        var document = Assert.Single(run.Documents);
        Assert.Empty(run.Conversations);
        Assert.Equal(
            ("claude", "doc-1", "brief.md", "proj-9", "Example Hub"),
            (document.Provider, document.ProviderId, document.Name, document.ProjectId, document.ProjectName)
        );
        Assert.Equal("# Brief\n\nThe thing we are building.", Encoding.UTF8.GetString(document.Text.Span));
        Assert.NotNull(document.CreatedAt);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Instructions_of_a_project_are_a_document_and_a_description_stands_in_for_nothing_else()
    {
        var run = FormatRun.OfText(
            "projects.json",
            """[{"uuid":"p","name":"P","prompt_template":"Be brief.","docs":[]},{"uuid":"q","name":"Q","prompt_template":"","description":"All of Q","docs":[]},{"uuid":"r","name":"R","prompt_template":"","docs":[]}]"""
        );
        Assert.Equal(
            [("project:p", "Be brief."), ("project:q", "All of Q")],
            run.Documents.Select(d => (d.ProviderId, Encoding.UTF8.GetString(d.Text.Span)))
        );
        Assert.Equal("empty-project", Assert.Single(run.Ignored).Code);
    }

    [Fact]
    public void Memories_give_one_document_each()
    {
        var run = FormatRun.OfFixture("claude/v2-memories.json");
        Assert.Equal(
            ["memory:acct-1", "memory:acct-1:file:/areas/podium.md", "memory:acct-1:file:/profile.md"],
            run.Documents.Select(d => d.ProviderId)
        );
        Assert.Empty(run.Conversations);
    }

    [Fact]
    public void Project_memories_and_conversations_know_their_project_by_name_wherever_it_stands_in_the_archive()
    {
        var folder = Directory.CreateTempSubdirectory("parley-claude-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "conversations.json"),
                """[{"uuid":"c","project_uuid":"p","chat_messages":[{"uuid":"m","sender":"human","text":"x"}]}]"""
            );
            File.WriteAllText(
                Path.Combine(folder.FullName, "memories.json"),
                """{"account_uuid":"a","conversations_memory":"","project_memories":{"p":"of the project"}}"""
            );
            File.WriteAllText(
                Path.Combine(folder.FullName, "projects.json"),
                """[{"uuid":"p","name":"Named","prompt_template":"","docs":[{"uuid":"d","filename":"f","content":"x"}]}]"""
            );
            File.WriteAllText(
                Path.Combine(folder.FullName, "users.json"),
                """[{"uuid":"a","full_name":"N","email_address":"n@example.org"}]"""
            );
            var run = FormatRun.Of(folder.FullName);
            Assert.Equal("Named", Assert.Single(run.Conversations).ProjectName);
            Assert.Equal("Named", run.Documents.Single(d => d.ProviderId == "memory:a:project:p").ProjectName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_design_chat_is_a_conversation_of_its_project()
    {
        var run = FormatRun.OfFixture("claude/v2-design-chat.json");
        var chat = Assert.Single(run.Conversations);
        Assert.Equal(
            ("claude", "design-1", "proj-9", "Example Hub"),
            (chat.Provider, chat.ProviderId, chat.ProjectId, chat.ProjectName)
        );
        Assert.Equal([Role.User, Role.Assistant], chat.Messages.Select(m => m.Role));
        Assert.Equal("Redo the landing page.", chat.Messages[0].Text);
        Assert.Equal("Use the brand palette.", chat.Messages[0].Parts[1].AttachmentText);
        Assert.Equal(PartKind.Image, chat.Messages[0].Parts[2].Kind);
        Assert.Equal(
            [PartKind.Text, PartKind.ToolCall, PartKind.ToolResult, PartKind.Text],
            chat.Messages[1].Parts.Select(p => p.Kind)
        );
        Assert.Equal(MessageStatus.Failed, chat.Messages[1].Status);
        Assert.NotNull(chat.Messages[1].CreatedAt);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void A_design_chat_with_user_interjections_and_unknown_blocks_loses_nothing()
    {
        var run = FormatRun.OfText(
            "design.json",
            """{"uuid":"d","project":{"uuid":"p"},"messages":[{"uuid":"1","role":"assistant","content":{"content":"not this","contentBlocks":[{"type":"user_interjection","text":"stop"},{"type":"sketch","lines":"odd"}]}},{"uuid":"2","role":"user","content":"bare"}]}"""
        );
        Assert.Equal("stop", run.Messages.First().Text);
        Assert.Equal(PartKind.Unknown, run.Messages.First().Parts[1].Kind);
        Assert.Equal("bare", run.Messages.Last().Text);
    }
}
