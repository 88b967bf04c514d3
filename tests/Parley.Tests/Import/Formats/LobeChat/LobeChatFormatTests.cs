using Parley.Conversations;

namespace Parley.Tests.Import.Formats.LobeChat;

public sealed class LobeChatFormatTests
{
    [Fact]
    public void The_browser_export_gives_topics_and_sessions()
    {
        var run = FormatRun.OfText(
            "lobe.json",
            """
            {"exportType":"sessions","version":7,"state":{"sessions":[{"id":"s1","meta":{"title":"Helper"}}],"topics":[{"id":"t1","sessionId":"s1","title":"Tea","favorite":true,"createdAt":1700000000000}],
             "messages":[{"id":"m1","role":"user","content":"q","createdAt":1700000000001,"topicId":"t1","sessionId":"s1"},{"id":"m2","role":"assistant","content":"a","parentId":"m1","topicId":"t1","sessionId":"s1","fromModel":"gpt-x","reasoning":{"content":"hm"},"tools":[{"id":"c","identifier":"web","apiName":"search","arguments":"{}"}]},
              {"id":"m3","role":"tool","content":"r","parentId":"m2","topicId":"t1","plugin":{"identifier":"web","apiName":"search"},"tool_call_id":"c"},{"id":"m4","role":"assistant","content":"again","parentId":"m1","topicId":"t1"},
              {"id":"m5","role":"user","content":"loose","sessionId":"s1"}]}}
            """
        );
        Assert.Equal(
            [("t1", "Tea"), ("session:s1", "Helper")],
            run.Conversations.Select(c => (c.ProviderId!, c.Title!))
        );
        var topic = run.Conversations[0];
        Assert.True(topic.Starred);
        Assert.Equal(("Helper", "gpt-x"), (topic.ProjectName, topic.Model));
        Assert.Equal(["m1", "m4"], topic.Messages.Where(m => m.OnPath).Select(m => m.ProviderId));
        Assert.Equal(
            [PartKind.Thinking, PartKind.Text, PartKind.ToolCall],
            topic.Messages.Single(m => m.ProviderId == "m2").Parts.Select(p => p.Kind)
        );
        Assert.Equal(
            ("web/search", "c"),
            (
                topic.Messages.Single(m => m.ProviderId == "m3").Parts[0].Name,
                topic.Messages.Single(m => m.ProviderId == "m3").Parts[0].CallId
            )
        );
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void The_database_export_joins_its_tables()
    {
        var run = FormatRun.OfText(
            "lobe-pg.json",
            """
            {"mode":"postgres","schemaHash":"x","data":{"agents":[{"id":"a1","title":"Agent"}],"agentsToSessions":[{"agentId":"a1","sessionId":"s1"}],"sessions":[{"id":"s1","slug":"slug"}],"topics":[],
             "files":[{"id":"f1","name":"a.png","fileType":"image/png","size":3,"url":"files/a.png"}],"messagesFiles":[{"messageId":"m1","fileId":"f1"}],"messagePlugins":[{"id":"m2","toolCallId":"c","identifier":"web","apiName":"go"}],
             "messages":[{"id":"m1","role":"user","content":"q","createdAt":"2026-01-01T00:00:00.000Z","sessionId":"s1"},{"id":"m2","role":"tool","content":"r","parentId":"m1","sessionId":"s1"}]}}
            """
        );
        var conversation = Assert.Single(run.Conversations);
        Assert.Equal(("session:s1", "Agent"), (conversation.ProviderId, conversation.Title));
        Assert.Equal(
            (PartKind.Image, "a.png"),
            (conversation.Messages[0].Parts[1].Kind, conversation.Messages[0].Parts[1].AttachmentName)
        );
        Assert.Equal(
            ("web/go", "c"),
            (conversation.Messages[1].Parts[0].Name, conversation.Messages[1].Parts[0].CallId)
        );
    }

    [Fact]
    public void Other_layouts_are_told_and_settings_are_nothing()
    {
        Assert.Equal(
            "unsupported-layout",
            Assert
                .Single(
                    FormatRun
                        .OfText(
                            "a.json",
                            """{"exportType":"sessions","state":{"sessions":{"s":{"chats":{}}}},"version":1}"""
                        )
                        .Failures
                )
                .Code
        );
        Assert.Equal(
            "no-messages",
            Assert
                .Single(
                    FormatRun
                        .OfText("b.json", """{"exportType":"settings","state":{"settings":{}},"version":7}""")
                        .Ignored
                )
                .Code
        );
    }
}
