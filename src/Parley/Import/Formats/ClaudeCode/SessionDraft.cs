using System.Buffers;
using Parley.Conversations;

namespace Parley.Import.Formats.ClaudeCode;

/// <summary>A session while its lines are read: the draft, and what decides its shape only at the end.</summary>
internal sealed class SessionDraft(ConversationDraft draft)
{
    /// <summary>Notes kept raw beside the conversation; a source that writes more of them has them counted only.</summary>
    private const int MostNotes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> notes = new();
    private readonly List<(ReadOnlyMemory<byte> Text, long? Time, string? Before)> queued = [];
    private readonly HashSet<string> prompts = new(StringComparer.Ordinal);
    private ReadOnlyMemory<byte> cwd;
    private ReadOnlyMemory<byte> branch;
    private ReadOnlyMemory<byte> version;
    private string? leaf;
    private string? sideLeaf;
    private string? before;
    private bool statesParents;

    public ConversationDraft Draft { get; } = draft;

    /// <summary>Messages by uuid: attachments that follow find theirs.</summary>
    public Dictionary<string, MessageDraft> ByUuid { get; } = [];

    /// <summary>A line without a message: the chain of parents goes through it.</summary>
    public void Pass(Json line)
    {
        if (line["uuid"].Scalar() is { } uuid)
        {
            Draft.EmptyNodes[uuid] = ParentOf(line);
            before = uuid;
        }
    }

    public void Add(MessageDraft message, Json line)
    {
        message.Parent = ParentOf(line);
        Draft.Messages.Add(message);
        if (message.ProviderId is { } uuid)
        {
            ByUuid[uuid] = message;
            before = uuid;
            (leaf, sideLeaf) = line["isSidechain"].Bool() ? (leaf, uuid) : (uuid, sideLeaf);
        }

        if (message is { Role: Role.User, Hidden: false })
        {
            foreach (var part in message.Parts)
            {
                prompts.Add(Trimmed(part.Text));
            }
        }
    }

    /// <summary>Where the work goes on: said once, and again on the message from which it differs.</summary>
    public void AddPlace(ExtrasWriter extras, Json line)
    {
        Differs(ref cwd, "cwd"u8, line["cwd"], extras);
        Differs(ref branch, "gitBranch"u8, line["gitBranch"], extras);
        Differs(ref version, "version"u8, line["version"], extras);
        if (Draft.ProjectId is null && line["cwd"].String() is { Length: > 0 } folder)
        {
            Draft.ProjectId = folder;
            Draft.ProjectName = folder[(folder.TrimEnd('/', '\\').LastIndexOfAny(['/', '\\']) + 1)..]
                .TrimEnd('/', '\\');
        }
    }

    public void Keep(Json line)
    {
        if (notes.WrittenCount + line.RawBytes().Length < MostNotes)
        {
            notes.Write(notes.WrittenCount == 0 ? "["u8 : ","u8);
            notes.Write(line.RawBytes());
        }
    }

    /// <summary>What was typed while the model worked; it usually follows as a message, but may stand only here.</summary>
    public void Queued(Json line, RecordContext record)
    {
        if (line["operation"].Is("enqueue"u8) && line["content"].TextOrRaw(Draft.Arena) is { IsEmpty: false } text)
        {
            AddQueued(text, record.Time(line["timestamp"]));
        }
    }

    public void AddQueued(ReadOnlyMemory<byte> text, long? time) => queued.Add((text, time, before));

    public void Finish(RecordContext record, SessionIndex index, SourceEntry entry)
    {
        LinkSessions(index);
        AddQueuedPrompts();
        Draft.Entry = entry.Name;
        Draft.Linear = !statesParents;

        // A subagent's file is a side chain as a whole; in older files some lines are.
        Draft.ActiveLeaf = leaf ?? sideLeaf;
        Draft.Model = Draft.Messages.FindLast(m => m.Model is not null)?.Model;
        var (agentTitle, agentKind) = index.Titles.OfAgent(entry);
        Draft.Title = index.Titles.Of(Draft.ProviderId!) ?? agentTitle;
        DraftDefaults.TitleFromPrompt(Draft);
        DraftDefaults.TimesFromMessages(Draft);
        var extras = record.Extras.Begin().Add("agentType"u8, agentKind);
        Add(extras, "cwd"u8, cwd);
        Add(extras, "gitBranch"u8, branch);
        Add(extras, "version"u8, version);
        if (notes.WrittenCount > 0)
        {
            notes.Write("]"u8);
            extras.Add("notes"u8, notes.WrittenSpan);
        }

        Draft.Extras = extras.Finish(Draft.Arena);
    }

    /// <summary>The parent; behind a compaction the line it continues; without either word, the line before.</summary>
    private string? ParentOf(Json line)
    {
        statesParents |= line["parentUuid"].Kind != System.Text.Json.JsonValueKind.Undefined;
        return line["parentUuid"].Scalar()
            ?? line["logicalParentUuid"].Scalar()
            ?? (line["parentUuid"].Kind == System.Text.Json.JsonValueKind.Undefined ? before : null);
    }

    /// <summary>A session that goes on from another is linked to it; its first message of its own begins here.</summary>
    private void LinkSessions(SessionIndex index)
    {
        foreach (var message in Draft.Messages)
        {
            var at = message.Parent;
            for (var steps = 0; at is not null && !ByUuid.ContainsKey(at) && steps <= Draft.EmptyNodes.Count; steps++)
            {
                if (Draft.EmptyNodes.TryGetValue(at, out var next))
                {
                    at = next;
                    continue;
                }

                if (index.SessionOf(at) is { } other && other != Draft.ProviderId)
                {
                    Draft.ParentConversationId ??= other;
                    message.Parent = null;
                }

                break;
            }
        }
    }

    private void AddQueuedPrompts()
    {
        foreach (var (text, time, parent) in queued)
        {
            var prompt = Trimmed(text);
            if (!prompts.Any(p => p.Contains(prompt, StringComparison.Ordinal)))
            {
                prompts.Add(prompt);
                Draft.Messages.Add(
                    new MessageDraft
                    {
                        Role = Role.User,
                        Parent = parent,
                        CreatedAt = time,
                        Hidden = ClaudeCodeTypes.IsInjected(text.Span),
                        Extras = "{\"queued\":true}"u8.ToArray(),
                    }.AddText(text)
                );
            }
        }
    }

    private void Differs(ref ReadOnlyMemory<byte> known, ReadOnlySpan<byte> name, Json value, ExtrasWriter extras)
    {
        if (!value.IsString || known.Span.SequenceEqual(value.RawBytes()))
        {
            return;
        }

        if (known.IsEmpty)
        {
            known = value.RawBytes().ToArray();
            return;
        }

        extras.Add(name, value);
    }

    private static void Add(ExtrasWriter extras, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> raw)
    {
        if (!raw.IsEmpty)
        {
            extras.Add(name, raw.Span);
        }
    }

    private static string Trimmed(ReadOnlyMemory<byte> text) =>
        System.Text.Encoding.UTF8.GetString(text.Span.Trim(" \t\r\n"u8));
}
