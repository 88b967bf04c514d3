using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class OllamaAppTests
{
    [Fact]
    public void Chats_with_thoughts_tools_and_attachments_are_read()
    {
        var run = TestDatabase.Import(
            "db.sqlite",
            "CREATE TABLE chats (id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', created_at TIMESTAMP, browser_state TEXT)",
            """
            CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id TEXT NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL DEFAULT '', thinking TEXT NOT NULL DEFAULT '',
                stream BOOLEAN NOT NULL DEFAULT 0, model_name TEXT, created_at TIMESTAMP, updated_at TIMESTAMP, thinking_time_start TIMESTAMP, tool_result TEXT)
            """,
            "CREATE TABLE tool_calls (id INTEGER PRIMARY KEY, message_id INTEGER, type TEXT, function_name TEXT, function_arguments TEXT, function_result TEXT)",
            "CREATE TABLE attachments (id INTEGER PRIMARY KEY, message_id INTEGER, filename TEXT, data BLOB)",
            "INSERT INTO chats VALUES ('c1','Hello','2025-08-01 12:00:00.123456789+02:00',NULL),('c2','','2025-08-02 00:00:00',NULL)",
            """
            INSERT INTO messages (id, chat_id, role, content, thinking, stream, model_name, created_at, tool_result) VALUES
                (1,'c1','user','hi','',0,NULL,'2025-08-01 12:00:01+02:00',NULL), (2,'c1','assistant','there','hm',1,'gemma3','2025-08-01 12:00:02+02:00',NULL),
                (3,'c1','tool','found','',0,NULL,NULL,'{"hits":1}'), (4,'c1','narrator','odd','',0,NULL,NULL,NULL)
            """,
            "INSERT INTO tool_calls VALUES (9,2,'function','web','{\"q\":1}','res')",
            "INSERT INTO attachments VALUES (5,1,'cat.PNG',x'414243'),(6,1,'a.txt',x'')"
        );
        var chat = run.Conversations.Single();

        Assert.Equal(["ollama-app"], run.Formats);
        Assert.Equal(("ollama", "c1", "Hello", "gemma3"), (chat.Provider, chat.ProviderId, chat.Title, chat.Model));
        Assert.Equal(1_754_042_400_123_456, chat.CreatedAt);
        Assert.Equal([PartKind.Text, PartKind.Image, PartKind.File], chat.Messages[0].Parts.Select(p => p.Kind));
        Assert.Equal("ABC"u8.ToArray(), chat.Messages[0].Parts[1].AttachmentBytes);
        Assert.Equal(
            [PartKind.Thinking, PartKind.Text, PartKind.ToolCall, PartKind.ToolResult],
            chat.Messages[1].Parts.Select(p => p.Kind)
        );
        Assert.Equal(MessageStatus.Interrupted, chat.Messages[1].Status);
        Assert.Equal([PartKind.ToolResult, PartKind.ToolResult], chat.Messages[2].Parts.Select(p => p.Kind));
        Assert.Equal((Role.Assistant, "narrator"), (chat.Messages[3].Role, chat.Messages[3].RawRole));
        Assert.Single(run.Ignored);
    }
}
