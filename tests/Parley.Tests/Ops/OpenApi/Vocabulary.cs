using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Conversations;
using Parley.Documents;
using Parley.Identity;
using Parley.Import;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Memories;
using Parley.Ops;
using Parley.Providers;
using Parley.Requirements;
using Parley.Retrieval;
using Parley.Search;
using Parley.Tools;

namespace Parley.Tests.Ops.OpenApi;

/// <summary>What the types of wire records do not say: which texts are ids, times or one of a few words, and JSON that is passed through.</summary>
internal static class Vocabulary
{
    private static readonly string[] RoleWords = [.. Enum.GetValues<Role>().Select(Roles.Name)];
    private static readonly string[] StatusWords = [.. Enum.GetValues<MessageStatus>().Select(Statuses.Name)];
    private static readonly string[] SortWords = [.. Enum.GetNames<SearchSort>().Select(n => n.ToLowerInvariant())];
    private static readonly string[] GroupWords = ["none", "conversation"];
    private static readonly string[] ImportStatuses =
    [
        .. typeof(ImportStatus)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!),
    ];

    /// <summary>By record and property; a property alone stands for every record that has none of its own.</summary>
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["role"] = RoleWords,
        ["UserView.role"] = UserRoles.Names,
        ["CreateUser.role"] = UserRoles.Names,
        ["ChangeUser.role"] = UserRoles.Names,
        ["CreateUpstream.kind"] = UpstreamKinds.Names,
        ["ChangeUpstream.kind"] = UpstreamKinds.Names,
        ["UpstreamView.kind"] = UpstreamKinds.Names,
        ["UpstreamView.state"] = ["ready", "failing", "resting"],
        ["CreateToolServer.kind"] = ToolServerKinds.Names,
        ["ToolServerView.kind"] = [.. ToolServerKinds.Names, ToolServerKind.Stdio.Name()],
        ["ConsentRequest.remember"] = Parley.Chat.ConsentRequest.Scopes,
        ["AskRequest.overflow"] = Parley.Chat.Overflows.Names,
        ["AgainRequest.overflow"] = Parley.Chat.Overflows.Names,
        ["CompareRequest.overflow"] = Parley.Chat.Overflows.Names,
        ["ModelView.kind"] = UpstreamKinds.Names,
        ["QuotaView.kind"] = QuotaKinds.Names,
        ["AuditView.via"] = ["session", "key", "open-webui", "local", "none"],
        ["OpenWebUiUser.role"] = UserRoles.Names,
        ["OpenWebUiToken.token_type"] = ["Bearer"],
        ["TakenOverUser.outcome"] = ["made", "joined", "known", "taken"],
        ["AuditView.action"] = AuditActions.All,
        ["TokenAnswer.token_type"] = ["Bearer"],
        ["MessageView.status"] = StatusWords,
        ["ChatAnswer.status"] = StatusWords,
        ["TurnView.status"] = StatusWords,
        ["DoneEvent.status"] = StatusWords,
        ["HubEvent.type"] = ["turn", "conversation", "resync"],
        ["HubEvent.status"] = StatusWords,
        ["ExportedMessage.status"] = StatusWords,
        ["ImportJob.status"] = ImportStatuses,
        ["DocumentView.status"] = DocumentStatuses.Names,
        ["VersionView.status"] = DocumentStatuses.Names,
        ["ChunkView.kind"] = ChunkKinds.Names,
        ["ImportProgress.status"] = ImportStatuses,
        ["ImportEvent.event"] = ["progress", "warning", "done"],
        ["SearchItem.kind"] = ["message", "title", "document"],
        ["SearchItem.field"] = [.. Enum.GetValues<SearchField>().Select(SearchFields.Name)],
        ["SearchResult.sort"] = SortWords,
        ["SearchResult.mode"] = ["hybrid", "text", "semantic"],
        ["SearchItem.found_by"] = ["words", "meaning", "both"],
        ["RetrieveRequest.mode"] = RetrievalModes.Names,
        ["RagRequest.mode"] = RetrievalModes.Names,
        ["RetrieveResult.mode"] = RetrievalModes.Names,
        ["SaveMemory.state"] = SaveMemory.States,
        ["MemoryView.state"] = SaveMemory.States,
        ["RequirementsView.kind"] = ["markdown", "text", "html", "pdf", "docx", "odt"],
        ["RequirementsVersion.kind"] = ["markdown", "text", "html", "pdf", "docx", "odt"],
        ["StatementView.form"] = StatementKinds.Forms,
        ["StatementView.type"] = StatementKinds.Types,
        ["StatementView.type_by"] = StatementKinds.Choosers,
        ["StatementView.priority"] = StatementKinds.Priorities,
        ["StatementView.priority_by"] = StatementKinds.Choosers,
        ["StatementView.status"] = StatementKinds.Statuses,
        ["StatementView.status_by"] = StatementKinds.Choosers,
        ["StatementBrief.type"] = StatementKinds.Types,
        ["StatementBrief.priority"] = StatementKinds.Priorities,
        ["StatementBrief.status"] = StatementKinds.Statuses,
        ["LinkView.relation"] = LinkKinds.Relations,
        ["LinkView.method"] = LinkKinds.Methods,
        ["LinkView.state"] = LinkKinds.States,
        ["LinkedStatement.relation"] = LinkKinds.Relations,
        ["ConflictView.state"] = LinkKinds.States,
        ["ImpactStep.relation"] = LinkKinds.Relations,
        ["PackedStatement.type"] = StatementKinds.Types,
        ["PackedStatement.why"] = ["match", "linked"],
        ["AddLink.relation"] = AddLink.Relations,
        ["ContextRequest.format"] = ContextRequest.Formats,
        ["StatementChange.change"] = [StatementChange.Added, StatementChange.Modified, StatementChange.Removed],
        ["PassageView.kind"] = ["message", "chunk", "memory"],
        ["LaneReport.name"] = ["text", "semantic"],
        ["LaneReport.state"] = ["used", "building", "cut", "absent", "failed"],
        ["SearchHistogram.interval"] = ["day", "week", "month", "year"],
        ["SavedSearch.sort"] = SortWords,
        ["SavedSearch.group"] = GroupWords,
        ["SaveSearch.sort"] = SortWords,
        ["SaveSearch.group"] = GroupWords,
        ["HealthReport.status"] = [HealthReport.Ok, HealthReport.Degraded, HealthReport.Stopping],
        ["LiveAnswer.status"] = ["live", "ready", HealthReport.Stopping],
        ["ExportedConversation.version"] = [ExportedConversation.CurrentVersion],
    };

    /// <summary>Other people's ids, and texts where an empty one has a meaning.</summary>
    private static readonly string[] NoIds =
    [
        "source_id",
        "call_id",
        "trace_id",
        "external_id",
        "NoticePlace.id",
        "ExportedConversation.id",
        "ExportedConversation.active_leaf",
        "ExportedMessage.id",
        "ExportedMessage.parent_id",
        "ChangeFolder.parent_id",
        "PromptTemplate.id",
        "AskRequest.template_id",
        "OpenWebUiUser.id",
        "TakenOverUser.id",
    ];

    private static readonly string[] FurtherIds = ["active_leaf", "into", "CreateConversation.folder"];

    private static readonly (Type, string)[] Instead = [(typeof(AddMessage), "content"), (typeof(AddDocument), "text")];

    private static readonly string[] Times = ["first_message", "last_message"];

    public static JsonObject? Primitive(Type type) =>
        type == typeof(string) || type == typeof(Utf8Text) ? new JsonObject { ["type"] = "string" }
        : type == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
        : type == typeof(int) ? new JsonObject { ["type"] = "integer", ["format"] = "int32" }
        : type == typeof(long) ? new JsonObject { ["type"] = "integer", ["format"] = "int64" }
        : type == typeof(double) ? new JsonObject { ["type"] = "number", ["format"] = "double" }
        : type == typeof(RawJson) ? new JsonObject { ["type"] = "object" }
        : null;

    /// <summary>The property's schema where its type says too little.</summary>
    public static JsonObject? Find(Type owner, JsonPropertyInfo property)
    {
        var name = property.Name;
        var full = $"{owner.Name}.{name}";
        if (name == "parts")
        {
            return new JsonObject { ["type"] = "array", ["items"] = Schemas.Reference("Part") };
        }

        if ((Words.GetValueOrDefault(full) ?? Words.GetValueOrDefault(name)) is { } words)
        {
            return Schemas.Text(words, null);
        }

        if (full == "MonthStats.month")
        {
            return new JsonObject { ["type"] = "string", ["pattern"] = @"^\d{4}-\d{2}$" };
        }

        if (Times.Contains(name))
        {
            return Schemas.Text(null, "date-time");
        }

        if (property.PropertyType != typeof(string))
        {
            return null;
        }

        var isId =
            FurtherIds.Contains(full)
            || FurtherIds.Contains(name)
            || name == "id"
            || name.EndsWith("_id", StringComparison.Ordinal);
        if (isId && !NoIds.Contains(full) && !NoIds.Contains(name))
        {
            return Schemas.Text(null, "uuid");
        }

        // What is sent may be a day or a year too.
        var isAnswer = !owner.Name.StartsWith("Exported", StringComparison.Ordinal);
        return isAnswer && name.EndsWith("_at", StringComparison.Ordinal) ? Schemas.Text(null, "date-time") : null;
    }

    /// <summary>What an empty request is refused for.</summary>
    public static IReadOnlyList<string> Required(Type type)
    {
        if (type == typeof(ExportedMessage))
        {
            return ["role"];
        }

        var contract = (JsonTypeInfo)
            type.GetProperty("Json", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        var check = new FieldChecks();
        type.GetMethod("Check")!.Invoke(JsonSerializer.Deserialize("{}", contract), [check]);
        try
        {
            check.Done();
            return [];
        }
        catch (ProblemException refused)
        {
            // Another one may stand in its place: Rules says so.
            return [.. refused.Errors.Select(e => e.Field).Where(f => !Instead.Contains((type, f)))];
        }
    }

    /// <summary>Rules across properties.</summary>
    public static IEnumerable<(string Name, JsonNode Value)> Rules(Type type)
    {
        if (type == typeof(AddMessage))
        {
            yield return ("anyOf", JsonNode.Parse("""[{"required":["content"]},{"required":["parts"]}]""")!);
        }
        else if (type == typeof(AddDocument))
        {
            yield return ("anyOf", JsonNode.Parse("""[{"required":["text","name"]},{"required":["file_id"]}]""")!);
        }
    }

    /// <summary>Shapes that are written by hand (Conversations/PartsCodec.cs).</summary>
    public static IEnumerable<(string Name, JsonObject Schema)> Shapes()
    {
        var part = JsonNode
            .Parse(
                """
                {"type":"object","description":"A typed part of a message.","required":["type"],"properties":{
                "type":{"type":"string"},
                "text":{"type":"string","description":"Markdown, code, thinking, the input of a call, its result."},
                "name":{"type":"string","description":"Of the tool, the language, the file, the source."},
                "call_id":{"type":"string","description":"Ties a tool's result to its call."},
                "url":{"type":"string"},
                "is_error":{"type":"boolean"},
                "attachment":{"$ref":"#/components/schemas/PartAttachment"},
                "extra":{"description":"The source's own fields, as they stood."}}}
                """
            )!
            .AsObject();
        part["properties"]!["type"] = Schemas.Text(
            [.. Enum.GetValues<PartKind>().Select(PartKinds.Name)],
            format: null
        );
        yield return ("Part", part);
        yield return (
            "PartAttachment",
            JsonNode
                .Parse(
                    """
                    {"type":"object","description":"A file of a message; its bytes are at /api/files/{id}/content unless they are missing.","properties":{
                    "id":{"type":"string","format":"uuid"},
                    "name":{"type":"string"},
                    "media_type":{"type":"string"},
                    "size":{"type":"integer","format":"int64","description":"Bytes."},
                    "missing":{"type":"boolean","description":"The archive it came from did not hold it."},
                    "source_ref":{"type":"string","description":"The source's name for it."},
                    "text":{"type":"string","description":"What the source read out of it."}}}
                    """
                )!
                .AsObject()
        );
    }

    public static JsonObject Files() =>
        JsonNode
            .Parse(
                """
                {"multipart/form-data":{"schema":{"type":"object","required":["file"],"properties":{
                "file":{"type":"array","items":{"type":"string","contentMediaType":"application/octet-stream"},"description":"One or more, under any name."}}}},
                "application/octet-stream":{}}
                """
            )!
            .AsObject();

    /// <summary>A body worth sending, for people who read the page.</summary>
    public static JsonNode Example(string schema) =>
        JsonNode.Parse(
            schema switch
            {
                nameof(CreateConversation) => """{"title":"Tea","tags":["drinks"]}""",
                nameof(ChangeConversation) => """{"title":"Green tea","pinned":true}""",
                nameof(ArchiveConversation) => """{"archived":true}""",
                nameof(CreateShare) => """{"expires_in_days":30,"redact":["Ada"]}""",
                nameof(ForkConversation) => """{"tree":true}""",
                nameof(AddMessage) => """{"role":"user","content":"How hot for green tea?"}""",
                nameof(ChangeMessage) => """{"content":"How hot for white tea?"}""",
                "CreateChat" or "WriteChat" =>
                    """{"chat":{"title":"Tea","models":["llama3.2"],"history":{"messages":{"m1":{"id":"m1","parentId":null,"childrenIds":[],"role":"user","content":"How hot for green tea?"}},"currentId":"m1"}}}""",
                "AddChatMessage" => """{"message":{"role":"user","content":"How hot for green tea?"}}""",
                "ChangeChatMessage" => """{"message":{"content":"How hot for white tea?"}}""",
                "DeleteChats" => """{"ids":["01890a5d-ac96-774b-bcce-b302099a8057"]}""",
                nameof(CreateLabel) => """{"name":"drinks","color":"#2a7"}""",
                nameof(ChangeLabel) => """{"name":"hot drinks"}""",
                nameof(MergeLabel) => """{"into":"01890a5d-ac96-774b-bcce-b302099a8057"}""",
                nameof(CreateFolder) => """{"name":"Kitchen"}""",
                nameof(ChangeFolder) => """{"name":"Cooking"}""",
                nameof(ExportedConversation) =>
                    """{"version":"1.0","title":"Tea","messages":[{"role":"user","content":"How hot?"},{"role":"assistant","content":"80 °C."}]}""",
                "AskRequest" =>
                    """{"message":"How hot for green tea?","model_name":"llama3.2","options":{"temperature":0.7}}""",
                nameof(SaveMemory) => """{"text":"My cat is called Miezi.","space":"default"}""",
                nameof(CreateRequirements) =>
                    """{"name":"kettle.md","text":"# Kettle\n\n- REQ-1: The kettle shall switch off within 3 s of boiling."}""",
                nameof(ReplaceRequirements) =>
                    """{"text":"# Kettle\n\n- REQ-1: The kettle shall switch off within 2 s of boiling."}""",
                nameof(AddLink) =>
                    """{"from_id":"01890a5d-ac96-774b-bcce-b302099a8057","to_id":"01890a5d-ac97-774b-bcce-b302099a8057","relation":"DEPENDS_ON"}""",
                nameof(ImpactRequest) => """{"chunks":["01890a5d-ac96-774b-bcce-b302099a8057"],"depth":2}""",
                nameof(ContextRequest) =>
                    """{"query":"when does the kettle switch off","token_budget":1500,"format":"narrative"}""",
                nameof(ChangeStatement) => """{"type":"requirement","status":"approved"}""",
                nameof(RetrieveRequest) => """{"query":"how did I descale the kettle","limit":5,"token_budget":1500}""",
                "AgainRequest" => """{"model_name":"llama3.2"}""",
                "SavePrompt" =>
                    """{"title":"Brewing","command":"brew","content":"How do I brew {{kind:green}} tea?"}""",
                nameof(SaveSearch) => """{"name":"Hot tea","query":"tea role:assistant","sort":"newest"}""",
                nameof(SignIn) => """{"email":"ada@example.org","password":"correct horse battery staple"}""",
                nameof(SignUp) =>
                    """{"email":"ada@example.org","password":"correct horse battery staple","setup_code":"K5XW6YTBOI"}""",
                nameof(Refresh) => """{"refresh_token":"pr_…"}""",
                nameof(ChangeMe) => """{"name":"Ada"}""",
                nameof(ChangePassword) =>
                    """{"current_password":"correct horse battery staple","new_password":"another horse, another staple"}""",
                nameof(ChangeEmail) =>
                    """{"current_password":"correct horse battery staple","email":"ada@example.com"}""",
                nameof(ShowPassword) => """{"current_password":"correct horse battery staple"}""",
                nameof(AddDocument) => """{"name":"tea.md","text":"# Tea\n\nGreen tea at 80 °C."}""",
                nameof(AddDocumentUrl) => """{"url":"https://example.org/tea","space":"Kitchen"}""",
                "LinkProvider" => """{"current_password":"correct horse battery staple","return":"/settings"}""",
                nameof(ShowCode) => """{"code":"287082"}""",
                nameof(CreateKey) => """{"name":"backup script","scopes":["export:read"],"expires_in_days":30}""",
                nameof(CreateUser) =>
                    """{"email":"ben@example.org","password":"correct horse battery staple","role":"user"}""",
                nameof(ChangeUser) => """{"role":"admin"}""",
                nameof(CreateUpstream) =>
                    """{"name":"openai","kind":"openai","base_url":"https://api.openai.com/v1","key":"sk-…","models":["gpt-*"]}""",
                nameof(ChangeUpstream) => """{"prefix":"cloud/","enabled":true}""",
                "CompareRequest" =>
                    """{"message":"Which tea?","models":["gpt-4o-mini","llama3.2"],"active_model":"llama3.2"}""",
                nameof(SetPrice) =>
                    """{"model":"gpt-4o-mini*","currency":"USD","input_micros":150000,"cached_input_micros":75000,"output_micros":600000}""",
                "AddPasskey" =>
                    """{"name":"phone","credential":{"id":"…","rawId":"…","type":"public-key","response":{"clientDataJSON":"…","attestationObject":"…"}}}""",
                "RenamePasskey" => """{"name":"old phone"}""",
                "PasskeySignIn" =>
                    """{"credential":{"id":"…","rawId":"…","type":"public-key","response":{"clientDataJSON":"…","authenticatorData":"…","signature":"…","userHandle":"…"}}}""",
                nameof(CreateToolServer) =>
                    """{"name":"wiki","kind":"mcp","url":"https://tools.example.org/mcp","key":"…"}""",
                nameof(ChangeToolServer) => """{"trusts_hints":true}""",
                "ConsentRequest" => """{"allow":true,"remember":"conversation"}""",
                "TakeOverUsers" =>
                    """{"users":[{"id":"7b4cbf5a-90d5-4a0e-9f5f-3b1c9a1f2d11","email":"ben@example.org","name":"Ben","role":"user","created_at":1721466000}],"dry_run":true}""",
                nameof(NameGroup) => """{"name":"Family"}""",
                nameof(QuotaSet) => """{"messages_per_day":200,"storage_bytes":1073741824}""",
                nameof(SetGrants) =>
                    """{"grants":[{"user_id":"01890a5d-ac96-774b-bcce-b302099a8057","rights":["read"]}]}""",
                nameof(SetMembers) => """{"users":["01890a5d-ac96-774b-bcce-b302099a8057"]}""",
                "SearchBody" => """{"q":"\"green tea\" -sencha","provider":["claude","chatgpt"],"limit":10}""",
                _ => throw new InvalidOperationException($"give {schema} an example in Vocabulary.cs"),
            }
        )!;
}
