using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>Projects: their names for the conversations that say which they belong to, their documents for search.</summary>
internal sealed class ClaudeProjects(RecordContext record)
{
    private static readonly FieldMap Project = new(
        "project",
        mapped: "uuid name created_at updated_at prompt_template docs",
        kept: "description is_private is_starter_project creator archived_at is_starred settings subtype type",
        dropped: "docs_count files_count permissions"
    );

    private static readonly FieldMap Doc = new(
        "project document",
        mapped: "uuid filename file_name content created_at updated_at",
        kept: "estimated_token_count",
        dropped: "project_uuid"
    );

    private readonly Dictionary<string, string> names = [];

    public static bool Is(Json value) =>
        value.IsObject
        && !value["chat_messages"].Exists
        && (value["docs"].Exists || value["prompt_template"].Exists || value["is_starter_project"].Exists);

    public string? NameOf(string? id) => id is null ? null : names.GetValueOrDefault(id);

    public void Read(Json value)
    {
        using var arena = new Utf8Arena();
        var id = value["uuid"].Scalar();
        var name = value["name"].String();
        if (id is not null && name is { Length: > 0 })
        {
            names[id] = name;
        }

        var number = 0;
        foreach (var doc in value["docs"].Items())
        {
            AddDocument(value, doc, number++, arena);
        }

        AddInstructions(value, id, name, hasDocs: number > 0, arena);
    }

    private void AddDocument(Json project, Json doc, int number, Utf8Arena arena)
    {
        var projectId = project["uuid"].Scalar();
        record.Import.Documents(
            new DocumentDraft(
                "claude",
                doc["uuid"].Scalar() ?? $"project-doc:{projectId}:{number}",
                doc.Any("filename", "file_name").String(),
                projectId,
                project["name"].String(),
                record.Time(doc["created_at"]),
                record.Time(doc["updated_at"]),
                doc["content"].TextOrRaw(arena).ToArray(),
                record
                    .BeginExtras(doc, Doc)
                    .Add("project_description"u8, project["description"])
                    .Finish(arena)
                    .ToArray()
            )
        );
    }

    /// <summary>
    /// What the person told the model for the whole project is a document too. A project that has no text of either
    /// kind still has its description.
    /// </summary>
    private void AddInstructions(Json value, string? id, string? name, bool hasDocs, Utf8Arena arena)
    {
        var text = value["prompt_template"].Utf8(arena);
        if (text.IsEmpty && !hasDocs)
        {
            text = value["description"].Utf8(arena);
        }

        if (text.IsEmpty && !hasDocs)
        {
            record.Ignore("empty-project", "a project without documents, instructions or description");
        }

        if (text.IsEmpty || id is null)
        {
            return;
        }

        record.Import.Documents(
            new DocumentDraft(
                "claude",
                "project:" + id,
                name,
                id,
                name,
                record.Time(value["created_at"]),
                record.Time(value["updated_at"]),
                text.ToArray(),
                record.Rest(value, Project, arena).ToArray()
            )
        );
    }
}
