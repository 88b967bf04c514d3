using System.Text;
using Parley.Conversations;
using Parley.Import;

namespace Parley.Tests.Import;

/// <summary>What a format made of a source, without a store: drafts flattened so that tests can look at them after disposal.</summary>
internal sealed class FormatRun : IImportReport
{
    public List<RunConversation> Conversations { get; } = [];
    public List<DocumentDraft> Documents { get; } = [];
    public List<(string Code, string What, string Entry, long Index, string? Id)> Warnings { get; } = [];
    public List<(string Code, string Reason, string Entry, long Index, string? Id)> Failures { get; } = [];
    public List<(string Code, string Reason, string Entry, long Index, string? Id)> Ignored { get; } = [];
    public List<string> Formats { get; } = [];

    /// <summary>Entries of the source that were left out.</summary>
    public List<(string Entry, string Reason)> Skipped { get; } = [];

    public IEnumerable<RunMessage> Messages => Conversations.SelectMany(c => c.Messages);

    /// <summary>role → count over distinct conversations and message keys, as expected.json counts.</summary>
    public Dictionary<string, int> ByRole() =>
        Messages.GroupBy(m => Roles.Name(m.Role)).ToDictionary(g => g.Key, g => g.Count());

    public static FormatRun OfFixture(string name) => Of(FixturePath(name));

    public static string FixturePath(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder!.FullName, "tests", "fixtures")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "tests", "fixtures", "imports", name);
    }

    public static FormatRun OfText(string fileName, string content) =>
        OfBytes(fileName, Encoding.UTF8.GetBytes(content));

    public static FormatRun OfBytes(string fileName, byte[] content)
    {
        var folder = Directory.CreateTempSubdirectory("parley-format-");
        try
        {
            var path = Path.Combine(folder.FullName, fileName);
            File.WriteAllBytes(path, content);
            return Of(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static FormatRun Of(string path, ImportOptions? options = null)
    {
        using var source = ImportSources.Open(path, Path.GetFileName(path), options);
        var run = new FormatRun();
        var context = new ImportContext(source, run, TestContext.Current.CancellationToken)
        {
            Documents = run.Documents.Add,
        };
        foreach (var detected in FormatDetector.Detect(source, run, TestContext.Current.CancellationToken))
        {
            run.Formats.Add(detected.Format.Name);
            foreach (var draft in detected.Read(context))
            {
                using (draft)
                {
                    run.Add(detected.Format.Name, draft);
                }
            }
        }

        run.Skipped.AddRange(source.Skipped);
        return run;
    }

    private void Add(string format, ConversationDraft draft)
    {
        var settled = MessageTree.Settle(
            draft,
            (oddity, id) => Warnings.Add((oddity.ToString(), "tree", draft.Entry, draft.Index, id))
        );
        if (settled.Count == 0)
        {
            Ignored.Add(("empty", "no messages", draft.Entry, draft.Index, draft.ProviderId));
            return;
        }

        var known = Conversations.Find(c => c.Provider == draft.Provider && c.ProviderId == draft.ProviderId);
        if (known is null)
        {
            Conversations.Add(known = new RunConversation(format, draft));
        }

        var keys = settled.Select(m => m.Key).ToList();
        foreach (var message in settled)
        {
            if (!known.Messages.Exists(m => m.Key.Equals(message.Key)))
            {
                known.Messages.Add(new RunMessage(message, message.Parent < 0 ? null : keys[message.Parent]));
            }
        }
    }

    void IImportReport.Warn(string code, string what, string entry, long index, string? id) =>
        Warnings.Add((code, what, entry, index, id));

    void IImportReport.Fail(string code, string reason, string entry, long index, string? id) =>
        Failures.Add((code, reason, entry, index, id));

    void IImportReport.Ignore(string code, string reason, string entry, long index, string? id) =>
        Ignored.Add((code, reason, entry, index, id));

    void IImportReport.Progress(string entry, long position) { }
}

internal sealed class RunConversation(string format, ConversationDraft draft)
{
    public string Format { get; } = format;
    public string Provider { get; } = draft.Provider;
    public string? ProviderId { get; } = draft.ProviderId;
    public string? Title { get; } = draft.Title;
    public long? CreatedAt { get; } = draft.CreatedAt;
    public long? UpdatedAt { get; } = draft.UpdatedAt;
    public string? Model { get; } = draft.Model;
    public bool Archived { get; } = draft.Archived;
    public bool Starred { get; } = draft.Starred;
    public bool Pinned { get; } = draft.Pinned;
    public string? ProjectId { get; } = draft.ProjectId;
    public string? ProjectName { get; } = draft.ProjectName;
    public string? ParentConversationId { get; } = draft.ParentConversationId;
    public string Extras { get; } = Encoding.UTF8.GetString(draft.Extras.Span);
    public List<RunMessage> Messages { get; } = [];
    public List<string> Tags { get; } = draft.Tags;
}

internal sealed class RunMessage(SettledMessage message, MessageKey? parent)
{
    public MessageKey Key { get; } = message.Key;
    public MessageKey? Parent { get; } = parent;
    public string? ProviderId { get; } = message.Draft.ProviderId;
    public bool OnPath { get; } = message.OnPath;
    public Role Role { get; } = message.Draft.Role;
    public string? RawRole { get; } = message.Draft.RawRole;
    public string? Model { get; } = message.Draft.Model;
    public long? CreatedAt { get; } = message.Draft.CreatedAt;
    public bool Hidden { get; } = message.Draft.Hidden;
    public MessageStatus Status { get; } = message.Draft.Status;
    public string? Finish { get; } = message.Draft.Finish;
    public string Extras { get; } = Encoding.UTF8.GetString(message.Draft.Extras.Span);
    public List<RunPart> Parts { get; } = [.. message.Draft.Parts.Select(p => new RunPart(p))];

    /// <summary>All text parts, joined by newlines.</summary>
    public string Text => string.Join('\n', Parts.Where(p => p.Kind == PartKind.Text).Select(p => p.Text));
}

internal sealed class RunPart(PartDraft part)
{
    public PartKind Kind { get; } = part.Kind;
    public string Text { get; } = Encoding.UTF8.GetString(part.Text.Span);
    public string? Name { get; } = part.Name;
    public string? CallId { get; } = part.CallId;
    public string? Url { get; } = part.Url;
    public bool IsError { get; } = part.IsError;
    public string Extras { get; } = Encoding.UTF8.GetString(part.Extras.Span);
    public string? AttachmentName { get; } = part.Attachment?.Name;
    public string? AttachmentId { get; } = part.Attachment?.ProviderId;
    public string? AttachmentType { get; } = part.Attachment?.MediaType;
    public string AttachmentText { get; } = Encoding.UTF8.GetString((part.Attachment?.ExtractedText ?? default).Span);
    public byte[]? AttachmentBytes { get; } = Bytes(part.Attachment);

    private static byte[]? Bytes(AttachmentDraft? attachment)
    {
        if (attachment?.Open is not { } open)
        {
            return null;
        }

        using var stream = open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
