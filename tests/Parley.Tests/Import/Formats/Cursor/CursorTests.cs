using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class CursorTests
{
    private const string Global = "CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)";
    private const string Items = "CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)";

    [Fact]
    public void Bubbles_come_in_the_order_of_their_headers_and_what_was_taken_back_beside()
    {
        var run = TestDatabase.Import(
            "state.vscdb",
            Global,
            Items,
            Put(
                "composerData:c1",
                """
                {"_v":10,"composerId":"c1","name":"Fix login","createdAt":1700000000000,"lastUpdatedAt":1700000100000,"modelConfig":{"modelName":"sonnet","maxMode":true},
                 "isArchived":true,"fullConversationHeadersOnly":[{"bubbleId":"z","type":1},{"bubbleId":"y","type":2},{"bubbleId":"gone","type":2},{"bubbleId":"x","type":2}],
                 "workspaceIdentifier":{"uri":{"fsPath":"/work place/app"}},"codeBlockData":{"huge":"state"},"context":{"fileSelections":[]}}
                """
            ),
            Put(
                "bubbleId:c1:z",
                """{"_v":3,"type":1,"bubbleId":"z","text":"why?","createdAt":"2026-05-02T08:32:32.293Z"}"""
            ),
            Put(
                "bubbleId:c1:y",
                """{"_v":3,"type":2,"thinking":{"text":"hm","signature":"s"},"text":"","modelInfo":{"modelName":"opus"}}"""
            ),
            Put(
                "bubbleId:c1:x",
                """{"type":2,"text":"done","toolFormerData":{"tool":5,"name":"read_file","toolCallId":"t1","status":"error","rawArgs":"{\"path\":\"/a\"}","result":"{\"ok\":0}","userDecision":"accepted"}}"""
            ),
            Put("bubbleId:c1:a-old", """{"type":1,"text":"taken back"}"""),
            Put("bubbleId:c1:b-old", """{"type":2,"text":"reply taken back"}"""),
            Put("bubbleId:c10:q", """{"type":1,"text":"another composer's"}"""),
            "INSERT INTO cursorDiskKV VALUES ('composerData:c2', NULL)",
            Put("composerData:c3", """{"composerId":"c3","fullConversationHeadersOnly":[]}""")
        );
        var chat = run.Conversations.Single();

        Assert.Equal(["cursor"], run.Formats);
        Assert.Equal(
            ("cursor", "c1", "Fix login", "sonnet", true),
            (chat.Provider, chat.ProviderId, chat.Title, chat.Model, chat.Archived)
        );
        Assert.Equal(("/work place/app", "app"), (chat.ProjectId, chat.ProjectName));
        Assert.Equal((1_700_000_000_000_000L, 1_700_000_100_000_000L), (chat.CreatedAt, chat.UpdatedAt));
        Assert.Equal(["z", "y", "x", "a-old", "b-old"], chat.Messages.Select(m => m.ProviderId));
        Assert.Equal([true, true, true, false, false], chat.Messages.Select(m => m.OnPath));
        Assert.Null(chat.Messages[3].Parent);
        Assert.Equal(
            [PartKind.Text, PartKind.ToolCall, PartKind.ToolResult],
            chat.Messages[2].Parts.Select(p => p.Kind)
        );
        Assert.Equal(
            ("""{"path":"/a"}""", true, """{"ok":0}"""),
            (chat.Messages[2].Parts[1].Text, chat.Messages[2].Parts[2].IsError, chat.Messages[2].Parts[2].Text)
        );
        Assert.Equal("opus", chat.Messages[1].Model);
        Assert.Contains("maxMode", chat.Extras, StringComparison.Ordinal);
        Assert.DoesNotContain("huge", chat.Extras, StringComparison.Ordinal);
        Assert.Equal("missing-bubble", Assert.Single(run.Warnings).Code);
        Assert.Single(run.Ignored);
    }

    [Fact]
    public void Inline_conversations_context_and_odd_bubbles_are_kept()
    {
        var run = TestDatabase.Import(
            "state.vscdb",
            Global,
            Put(
                "composerData:c1",
                """
                {"composerId":"c1","conversation":[
                 {"bubbleId":"a","type":1,"richText":"{\"root\":{\"children\":[{\"type\":\"paragraph\",\"children\":[{\"text\":\"rich \"},{\"text\":\"words\"}]},{\"type\":\"paragraph\",\"children\":[{\"text\":\"more\"}]}]}}",
                  "images":[{"data":"QUJD","uuid":"i"}],"attachedCodeChunks":[{"relativeWorkspacePath":"src/a.ts","lines":["l1","l2"]}],
                  "context":{"fileSelections":[{"uri":{"fsPath":"/p/b.ts"}}],"selections":[{"uri":{"path":"/p/c.ts"},"text":"picked"}]},
                  "timingInfo":{"clientStartTime":1700000000000}},
                 {"bubbleId":"b","type":2,"capabilityType":22,"timingInfo":{"clientStartTime":12345.6}},
                 {"bubbleId":"c","type":7,"text":"who am I"},null,{"type":2,"text":"no id","errorDetails":{"message":"rate"}}]}
                """
            )
        );
        var messages = run.Conversations.Single().Messages;

        Assert.Equal("rich words\nmore", messages[0].Text);
        Assert.Equal(
            [PartKind.Text, PartKind.Image, PartKind.File, PartKind.File, PartKind.File],
            messages[0].Parts.Select(p => p.Kind)
        );
        Assert.Equal("ABC"u8.ToArray(), messages[0].Parts[1].AttachmentBytes);
        Assert.Equal(
            [("a.ts", "l1\nl2"), ("b.ts", ""), ("c.ts", "picked")],
            messages[0].Parts.Skip(2).Select(p => (p.AttachmentName, p.AttachmentText))
        );
        Assert.Equal(1_700_000_000_000_000, messages[0].CreatedAt);
        Assert.Equal((true, (long?)null), (messages[1].Hidden, messages[1].CreatedAt));
        Assert.Equal("7", messages[2].RawRole);
        Assert.Equal((MessageStatus.Failed, "no id"), (messages[3].Status, messages[3].Text));
        Assert.Equal(4, messages.Count);
    }

    [Fact]
    public void Without_headers_the_times_tell_the_order()
    {
        var run = TestDatabase.Import(
            "state.vscdb",
            Global,
            Put("composerData:c1", "{\"composerId\":\"c1\"}"),
            Put("bubbleId:c1:a", """{"type":2,"text":"second","createdAt":"2026-01-01T00:00:02Z"}"""),
            Put("bubbleId:c1:b", """{"type":1,"text":"first","createdAt":"2026-01-01T00:00:01Z"}"""),
            Put("bubbleId:c1:c", "{broken")
        );

        Assert.Equal(["", "first", "second"], run.Messages.Select(m => m.Text));
        Assert.Equal(
            (PartKind.Unknown, "{broken"),
            (run.Messages.First().Parts[0].Kind, run.Messages.First().Parts[0].Text)
        );
        Assert.Contains(run.Warnings, w => w.Code == "bad-json");
    }

    [Fact]
    public void Workspace_databases_give_old_composers_and_chat_tabs()
    {
        var run = TestDatabase.Import(
            "state.vscdb",
            Items,
            Put(
                "composer.composerData",
                """{"allComposers":[{"composerId":"c1","name":"Inline","conversation":[{"bubbleId":"a","type":1,"text":"q"}]},{"composerId":"c2","name":"elsewhere"}]}""",
                "ItemTable"
            ),
            Put(
                "workbench.panel.aichat.view.aichat.chatdata",
                """{"tabs":[{"tabId":"t1","chatTitle":"Tab","lastSendTime":1700000000000,"bubbles":[{"type":"user","id":"u","text":"how"},{"type":"ai","id":"v","rawText":"so"}]}]}""",
                "ItemTable"
            ),
            Put("unrelated", "{}", "ItemTable")
        );

        Assert.Equal([("c1", "Inline"), ("t1", "Tab")], run.Conversations.Select(c => (c.ProviderId, c.Title)));
        Assert.Equal(["q", "how", "so"], run.Messages.Select(m => m.Text));
        Assert.Equal([Role.User, Role.User, Role.Assistant], run.Messages.Select(m => m.Role));
    }

    [Fact]
    public void The_table_of_heads_gives_name_workspace_and_parent()
    {
        var run = TestDatabase.Import(
            "state.vscdb",
            Global,
            "CREATE TABLE composerHeaders (composerId TEXT PRIMARY KEY, createdAt INTEGER, lastUpdatedAt INTEGER, isArchived INTEGER, value TEXT)",
            """INSERT INTO composerHeaders VALUES ('c1',1700000000000,1700000001000,0,'{"name":"From the head","workspaceIdentifier":{"uri":{"fsPath":"/w/x"}},"subagentInfo":{"parentComposerId":"c0"}}')""",
            Put("composerData:c1", """{"composerId":"c1","fullConversationHeadersOnly":[{"bubbleId":"a"}]}"""),
            Put("bubbleId:c1:a", "\"{\\\"type\\\":1,\\\"text\\\":\\\"JSON within JSON\\\"}\"")
        );
        var chat = run.Conversations.Single();

        Assert.Equal(
            ("From the head", "x", "c0", 1_700_000_001_000_000L),
            (chat.Title, chat.ProjectName, chat.ParentConversationId, chat.UpdatedAt)
        );
        Assert.Equal("JSON within JSON", chat.Messages.Single().Text);
    }

    [Fact]
    public void An_editor_s_state_without_conversations_says_so()
    {
        Assert.Equal("no-conversations", Assert.Single(TestDatabase.Import("state.vscdb", Items).Ignored).Code);
    }

    private static string Put(string key, string value, string table = "cursorDiskKV") =>
        $"INSERT INTO {table} VALUES ({TestDatabase.Text(key)}, {TestDatabase.Text(value)})";
}
