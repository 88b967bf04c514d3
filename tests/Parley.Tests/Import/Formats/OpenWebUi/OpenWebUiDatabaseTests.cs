using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class OpenWebUiDatabaseTests
{
    private static readonly string[] Schema =
    [
        "CREATE TABLE user (id TEXT PRIMARY KEY, name TEXT)",
        "CREATE TABLE chat (id TEXT PRIMARY KEY, user_id TEXT, title TEXT, chat JSON, created_at BIGINT, updated_at BIGINT, share_id TEXT, archived BOOLEAN, pinned BOOLEAN, meta JSON, folder_id TEXT)",
        "CREATE TABLE folder (id TEXT, parent_id TEXT, user_id TEXT, name TEXT)",
        "CREATE TABLE file (id TEXT PRIMARY KEY, user_id TEXT, filename TEXT, meta JSON, data JSON)",
    ];

    [Fact]
    public void Chats_of_all_users_come_each_under_its_account()
    {
        var run = TestDatabase.Import(
            "webui.db",
            [
                .. Schema,
                "INSERT INTO folder VALUES ('f1', NULL, 'u1', 'Kitchen')",
                """INSERT INTO chat VALUES ('c1','u1','One','{"history":{"currentId":"a","messages":{"a":{"id":"a","role":"user","content":"soup"}}}}',1700000000,1700000001,NULL,1,0,'{"tags":["t"]}','f1')""",
                """INSERT INTO chat VALUES ('c2','u2','Two','{"history":{"currentId":"a","messages":{"a":{"id":"a","role":"user","content":"bread"}}}}',1700000000,1700000001,'sh',0,1,'{}',NULL)""",
                "INSERT INTO chat VALUES ('c3','u2','Broken','{oops',1,2,NULL,0,0,NULL,NULL)",
                "INSERT INTO chat VALUES ('c4','u2','Null',NULL,1,2,NULL,0,0,NULL,NULL)",
            ]
        );

        Assert.Equal(["openwebui-db"], run.Formats);
        Assert.Equal(
            [("c1", "Kitchen", true, false), ("c2", null, false, true)],
            run.Conversations.Select(c => (c.ProviderId, c.ProjectName, c.Archived, c.Pinned))
        );
        Assert.Equal(["soup", "bread"], run.Messages.Select(m => m.Text));
        Assert.Equal(["t"], run.Conversations[0].Tags);
        Assert.Contains("\"share_id\":\"sh\"", run.Conversations[1].Extras, StringComparison.Ordinal);
        Assert.Equal(["c3", "c4"], run.Failures.Select(f => f.Id));
    }

    [Fact]
    public void Message_rows_count_where_the_chat_has_none()
    {
        var run = TestDatabase.Import(
            "webui.db",
            [
                .. Schema,
                "CREATE TABLE chat_message (id TEXT PRIMARY KEY, chat_id TEXT, user_id TEXT, role TEXT, parent_id TEXT, content JSON, output JSON, model_id TEXT, files JSON, done BOOLEAN, created_at BIGINT)",
                """INSERT INTO chat VALUES ('c1','u1','One','{"models":["m"]}',1700000000,1700000001,NULL,0,0,'{}',NULL)""",
                """INSERT INTO chat_message VALUES ('c1-a','c1','u1','user',NULL,'"words of the row"',NULL,NULL,'[{"type":"file","id":"f9"}]',1,1700000002)""",
                """INSERT INTO chat_message VALUES ('c1-b','c1','u1','assistant','a','[{"type":"text","text":"answer"}]',NULL,'m',NULL,0,1700000003)""",
                """INSERT INTO file VALUES ('f9','u1','plan.md','{"content_type":"text/markdown","size":4}','{"content":"plan words"}')""",
            ]
        );
        var (question, answer) = (run.Messages.First(), run.Messages.Last());

        Assert.Equal(("a", "words of the row"), (question.ProviderId, question.Text));
        Assert.Equal(("plan.md", "plan words"), (question.Parts[1].AttachmentName, question.Parts[1].AttachmentText));
        Assert.Equal(
            ("b", "answer", "m", MessageStatus.Interrupted),
            (answer.ProviderId, answer.Text, answer.Model, answer.Status)
        );
        Assert.Equal(question.Key, answer.Parent);
        Assert.Equal(1_700_000_002_000_000, question.CreatedAt);
    }

    [Fact]
    public void Uploads_beside_the_database_give_the_bytes()
    {
        using var database = new TestDatabase(
            "webui.db",
            [
                .. Schema,
                """INSERT INTO chat VALUES ('c1','u1','One','{"history":{"messages":{"a":{"role":"user","content":"q","files":[{"type":"file","id":"f1","name":"n.txt"}]}}}}',1,2,NULL,0,0,NULL,NULL)""",
            ]
        );
        Directory.CreateDirectory(Path.Combine(database.Folder, "uploads"));
        File.WriteAllText(Path.Combine(database.Folder, "uploads", "f1_n.txt"), "bytes");

        Assert.Equal("bytes"u8.ToArray(), FormatRun.Of(database.Folder).Messages.Single().Parts[1].AttachmentBytes);
    }
}
