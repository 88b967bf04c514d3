using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class LlmTests
{
    private static readonly string[] Responses =
    [
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT)",
        """
            CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT, options_json TEXT, response TEXT,
                response_json TEXT, conversation_id TEXT, duration_ms INTEGER, datetime_utc TEXT)
            """,
    ];

    private static readonly string[] Later =
    [
        "ALTER TABLE responses ADD COLUMN input_tokens INTEGER",
        "ALTER TABLE responses ADD COLUMN resolved_model TEXT",
        "ALTER TABLE responses ADD COLUMN reasoning TEXT",
        "CREATE VIRTUAL TABLE responses_fts USING fts5(prompt, response, content=responses)",
        "CREATE TRIGGER responses_ai AFTER INSERT ON responses BEGIN INSERT INTO responses_fts (rowid, prompt, response) VALUES (new.rowid, new.prompt, new.response); END",
        "CREATE TABLE attachments (id TEXT PRIMARY KEY, type TEXT, path TEXT, url TEXT, content BLOB)",
        "CREATE TABLE prompt_attachments (response_id TEXT, attachment_id TEXT, \"order\" INTEGER, PRIMARY KEY (response_id, attachment_id))",
        "CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT, datetime_utc TEXT, source TEXT)",
        "CREATE TABLE prompt_fragments (response_id TEXT, fragment_id INTEGER, \"order\" INTEGER)",
        "CREATE TABLE system_fragments (response_id TEXT, fragment_id INTEGER, \"order\" INTEGER)",
        "CREATE TABLE tool_calls (id INTEGER PRIMARY KEY, response_id TEXT, tool_id INTEGER, name TEXT, arguments TEXT, tool_call_id TEXT)",
        "CREATE TABLE tool_results (id INTEGER PRIMARY KEY, response_id TEXT, tool_id INTEGER, name TEXT, output TEXT, tool_call_id TEXT, exception TEXT)",
        "CREATE TABLE tool_results_attachments (tool_result_id INTEGER, attachment_id TEXT, \"order\" INTEGER)",
    ];

    private static readonly string[] Store =
    [
        "CREATE TABLE messages (hash TEXT PRIMARY KEY, parent_hash TEXT, role TEXT, provider_metadata TEXT)",
        "CREATE TABLE parts (id INTEGER PRIMARY KEY, message_hash TEXT, position INTEGER, type TEXT, tool_name TEXT, text TEXT, payload TEXT)",
        "CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT, tip_message_hash TEXT, forked_from TEXT, datetime_utc TEXT)",
        """
            CREATE TABLE turns (id TEXT PRIMARY KEY, thread_id TEXT, parent_message_hash TEXT, tip_message_hash TEXT, model TEXT, resolved_model TEXT,
                options_json TEXT, input_tokens INTEGER, duration_ms INTEGER, datetime_utc TEXT, response_json TEXT)
            """,
        "CREATE VIEW message_tree AS WITH RECURSIVE m AS (SELECT hash FROM messages UNION ALL SELECT hash FROM m) SELECT * FROM m",
    ];

    [Fact]
    public void Responses_of_the_first_schema_become_prompts_and_answers()
    {
        var run = TestDatabase.Import(
            "logs.db",
            [
                .. Responses,
                "INSERT INTO conversations VALUES ('c1', 'Pelicans', 'gpt-4')",
                """INSERT INTO responses VALUES ('r1','gpt-4','two names','be brief','{}','{"temperature":1}','Percy and Pat','{"raw":1}','c1',1200,'2023-08-01T10:00:00')""",
                "INSERT INTO responses VALUES ('r2','gpt-4','one more','be brief',NULL,NULL,'Paul',NULL,'c1',NULL,'2023-08-01T10:01:00+00:00')",
                "INSERT INTO responses VALUES ('r3','gpt-4','and now','be long',NULL,NULL,'Peregrine',NULL,'c1',NULL,NULL)",
                "INSERT INTO responses VALUES ('r4','m','alone',NULL,NULL,NULL,'yes',NULL,NULL,NULL,NULL)",
            ]
        );
        var chat = run.Conversations[0];

        Assert.Equal(["llm-logs"], run.Formats);
        Assert.Equal(("llm", "c1", "Pelicans", "gpt-4"), (chat.Provider, chat.ProviderId, chat.Title, chat.Model));
        Assert.Equal(
            [Role.System, Role.User, Role.Assistant, Role.User, Role.Assistant, Role.System, Role.User, Role.Assistant],
            chat.Messages.Select(m => m.Role)
        );
        Assert.Equal(
            ["r1:system", "r1:prompt", "r1", "r2:prompt", "r2", "r3:system", "r3:prompt", "r3"],
            chat.Messages.Select(m => m.ProviderId)
        );
        Assert.Equal((1_690_884_000_000_000L, 1_690_884_060_000_000L), (chat.CreatedAt, chat.UpdatedAt));
        Assert.Contains("""{"temperature":1}""", chat.Messages[2].Extras, StringComparison.Ordinal);
        Assert.DoesNotContain("raw", chat.Messages[2].Extras, StringComparison.Ordinal);
        Assert.Equal(("r4", "yes"), (run.Conversations[1].ProviderId, run.Conversations[1].Messages[1].Text));
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Attachments_fragments_tools_and_reasoning_are_kept()
    {
        var run = TestDatabase.Import(
            "logs.db",
            [
                .. Responses,
                .. Later,
                "INSERT INTO responses (id, model, prompt, response, conversation_id, resolved_model, reasoning, input_tokens) VALUES ('r1','alias','look','','c','real-1','thoughts',5)",
                "INSERT INTO responses (id, model, prompt, response, conversation_id) VALUES ('r2','alias','','done','c')",
                "INSERT INTO attachments VALUES ('a1','image/png',NULL,NULL,x'414243'), ('a2','application/pdf','/tmp/doc.pdf',NULL,NULL), ('a3',NULL,NULL,'https://e.org/x',NULL)",
                "INSERT INTO prompt_attachments VALUES ('r1','a2',1), ('r1','a1',0), ('r1','a3',2), ('r1','lost',3)",
                "INSERT INTO fragments VALUES (7,'h','long fragment text','2024','docs.txt')",
                "INSERT INTO prompt_fragments VALUES ('r1',7,0)",
                "INSERT INTO tool_calls VALUES (1,'r1',1,'clock','{\"tz\":\"CET\"}','t1')",
                "INSERT INTO tool_results VALUES (4,'r2',1,'clock','12:00','t1',NULL), (5,'r2',1,'clock','','t2','Boom')",
                "INSERT INTO tool_results_attachments VALUES (4,'a1',0)",
            ]
        );
        var messages = run.Conversations.Single().Messages;

        Assert.Equal([Role.User, Role.Assistant, Role.Tool, Role.Assistant], messages.Select(m => m.Role));
        Assert.Equal(
            [PartKind.File, PartKind.Text, PartKind.Image, PartKind.File, PartKind.File, PartKind.File],
            messages[0].Parts.Select(p => p.Kind)
        );
        Assert.Equal(
            ("docs.txt", "long fragment text"),
            (messages[0].Parts[0].AttachmentName, messages[0].Parts[0].AttachmentText)
        );
        Assert.Equal("ABC"u8.ToArray(), messages[0].Parts[2].AttachmentBytes);
        Assert.Equal(("doc.pdf", "https://e.org/x"), (messages[0].Parts[3].AttachmentName, messages[0].Parts[4].Url));
        Assert.Equal(
            [(PartKind.Thinking, "thoughts"), (PartKind.ToolCall, "{\"tz\":\"CET\"}")],
            messages[1].Parts.Select(p => (p.Kind, p.Text))
        );
        Assert.Equal("real-1", messages[1].Model);
        Assert.Equal([PartKind.ToolResult, PartKind.Image, PartKind.ToolResult], messages[2].Parts.Select(p => p.Kind));
        Assert.True(messages[2].Parts[2].IsError);
    }

    [Fact]
    public void The_message_store_gives_threads_with_their_forks()
    {
        var run = TestDatabase.Import(
            "logs.db",
            [
                .. Store,
                "CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT, datetime_utc TEXT, source TEXT)",
                "INSERT INTO fragments VALUES (3,'h','FRAGMENT','2026','f.txt')",
                "INSERT INTO messages VALUES ('b2:1',NULL,'user',NULL),('b2:2','b2:1','assistant',NULL),('b2:3','b2:2','user',NULL),('b2:4','b2:3','assistant',NULL),('b2:5','b2:2','user',NULL),('b2:6','b2:5','assistant',NULL)",
                """
                INSERT INTO parts (message_hash, position, type, tool_name, text, payload) VALUES
                    ('b2:1',0,'text',NULL,NULL,'{"text_ref":[{"fragment":3},{"literal":" and me"}]}'),
                    ('b2:2',1,'text',NULL,'answer',NULL), ('b2:2',0,'reasoning',NULL,'hm',NULL), ('b2:2',2,'tool_call','ls',NULL,'{"name":"ls","arguments":{"d":"/"},"tool_call_id":"t"}'),
                    ('b2:3',0,'tool_result','ls',NULL,'{"name":"ls","output":"files","tool_call_id":"t"}'), ('b2:4',0,'text',NULL,'left',NULL),
                    ('b2:5',0,'dream',NULL,NULL,'{"x":1}'), ('b2:6',0,'text',NULL,'right',NULL), ('b2:6',1,'text',NULL,NULL,'{oops')
                """,
                "INSERT INTO threads VALUES ('t1','One','b2:4',NULL,'2026-08-01T00:00:00+00:00'),('t2','Fork','b2:6','t1','2026-08-02T00:00:00+00:00')",
                """
                INSERT INTO turns VALUES ('u1','t1',NULL,'b2:2','alias','real',NULL,11,5,'2026-08-01T00:00:01+00:00',NULL),
                    ('u2','t1','b2:3','b2:4','alias',NULL,NULL,NULL,NULL,'2026-08-01T00:00:09+00:00',NULL), ('u3','t1','b2:5','b2:6','alias',NULL,NULL,NULL,NULL,'2026-08-01T00:01:00+00:00',NULL)
                """,
            ]
        );
        var (thread, fork) = (run.Conversations[0], run.Conversations[1]);

        Assert.Equal(["b2:1", "b2:2", "b2:3", "b2:4", "b2:5", "b2:6"], thread.Messages.Select(m => m.ProviderId));
        Assert.Equal([true, true, true, true, false, false], thread.Messages.Select(m => m.OnPath));
        Assert.Equal("FRAGMENT and me", thread.Messages[0].Text);
        Assert.Equal(
            [PartKind.Thinking, PartKind.Text, PartKind.ToolCall],
            thread.Messages[1].Parts.Select(p => p.Kind)
        );
        Assert.Equal(("real", 1_785_542_401_000_000L), (thread.Messages[1].Model, thread.Messages[1].CreatedAt));
        Assert.Contains("\"input_tokens\":11", thread.Messages[1].Extras, StringComparison.Ordinal);
        Assert.Equal([PartKind.Text, PartKind.Unknown], thread.Messages[5].Parts.Select(p => p.Kind));
        Assert.Equal(("t1", 4), (fork.ParentConversationId, fork.Messages.Count));
        Assert.Equal(["bad-json", "unknown-content-type"], run.Warnings.Select(w => w.Code).Distinct().Order());
    }

    [Fact]
    public void What_both_schemas_hold_is_told_once()
    {
        var run = TestDatabase.Import(
            "logs.db",
            [
                .. Responses,
                .. Store,
                "INSERT INTO messages VALUES ('h1',NULL,'user',NULL),('h2','h1','assistant',NULL),('h3','h2','user',NULL),('h4','h3','assistant',NULL)",
                "INSERT INTO parts (message_hash, position, type, text) VALUES ('h1',0,'text','first'),('h2',0,'text','one'),('h3',0,'text','second'),('h4',0,'text','two')",
                "INSERT INTO threads VALUES ('c1','Both','h4',NULL,NULL)",
                "INSERT INTO turns (id, thread_id, tip_message_hash) VALUES ('r2','c1','h4')",
                "INSERT INTO conversations VALUES ('c1','Both','m'), ('c2','Old','m')",
                "INSERT INTO responses (id, prompt, response, conversation_id) VALUES ('r1','first','one','c1'), ('r2','second','two','c1'), ('r0','else','where','c2')",
            ]
        );

        Assert.Equal([("c1", 4), ("c2", 2)], run.Conversations.Select(c => (c.ProviderId, c.Messages.Count)));
        Assert.Empty(run.Ignored);
    }

    [Fact]
    public void The_oldest_table_is_read_by_chat()
    {
        var run = TestDatabase.Import(
            "log.db",
            "CREATE TABLE logs (id INTEGER PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, response TEXT, chat_id INTEGER, datetime_utc TEXT)",
            "INSERT INTO logs VALUES (1,'m','a',NULL,'b',NULL,'2023-06-01'),(2,'m','c',NULL,'d',1,'2023-06-02'),(3,'m','e',NULL,'f',NULL,NULL)"
        );

        Assert.Equal([("log:1", 4), ("log:3", 2)], run.Conversations.Select(c => (c.ProviderId, c.Messages.Count)));
    }
}
