using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>What Claude remembers of a person: a document of all conversations, one of each project, one of each memory file.</summary>
internal sealed class ClaudeMemories(RecordContext record, ClaudeProjects projects)
{
    private static readonly FieldMap Memory = new(
        "memory",
        mapped: "account_uuid conversations_memory project_memories memory_files",
        kept: "created_at updated_at"
    );

    private static readonly FieldMap MemoryFile = new(
        "memory file",
        mapped: "path name content created_at updated_at",
        kept: "uuid"
    );

    public static bool Is(Json value) =>
        value.IsObject
        && !value["chat_messages"].Exists
        && (value["conversations_memory"].Exists || value["project_memories"].Exists || value["memory_files"].Exists);

    public void Read(Json value)
    {
        using var arena = new Utf8Arena();
        var key = value["account_uuid"].Scalar() is { } account ? "memory:" + account : "memory";
        var rest = record.Rest(value, Memory, arena);
        Add(key, "Memory", null, value["conversations_memory"], value, rest, arena);
        foreach (var (project, text) in value["project_memories"].Members())
        {
            Add(
                $"{key}:project:{project}",
                "Memory of " + (projects.NameOf(project) ?? "a project"),
                project,
                text,
                value,
                default,
                arena
            );
        }

        foreach (var file in value["memory_files"].Items())
        {
            var path = file.Any("path", "name").String();
            Add($"{key}:file:{path}", path, null, file["content"], file, record.Rest(file, MemoryFile, arena), arena);
        }
    }

    private void Add(
        string id,
        string? name,
        string? project,
        Json text,
        Json dated,
        ReadOnlyMemory<byte> extras,
        Utf8Arena arena
    )
    {
        var utf8 = text.TextOrRaw(arena);
        if (utf8.IsEmpty)
        {
            return;
        }

        record.Import.Documents(
            new DocumentDraft(
                "claude",
                id,
                name,
                project,
                projects.NameOf(project),
                record.Time(dated["created_at"]),
                record.Time(dated["updated_at"]),
                utf8.ToArray(),
                extras.ToArray()
            )
        );
    }
}
