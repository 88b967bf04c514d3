using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>One run over the claimed entries: companions first, then conversation by conversation.</summary>
internal sealed class ChatGptReader(ImportContext context, IReadOnlyList<SourceEntry> claimed)
{
    /// <param name="Wrapper">The member whose array holds the conversations, where they are wrapped.</param>
    private sealed record ExportFile(SourceEntry Entry, bool IsPage, string? Wrapper)
    {
        public string Folder => Entry.Name[..^Entry.FileName.Length];
    }

    public IEnumerable<ConversationDraft> Read()
    {
        var companions = new ChatGptCompanions();
        var files = new List<ExportFile>();
        foreach (var entry in claimed)
        {
            var head = EntryHead.Read(entry);
            // What is shaped as conversations is read as such, whatever its name (group chats).
            if (
                !head.IsHtml
                && !ChatGptFormat.HoldsConversations(head)
                && ChatGptCompanions.Recognise(head) != Claim.None
            )
            {
                companions.Add(entry, context);
                continue;
            }

            files.Add(new ExportFile(entry, head.IsHtml, ChatGptFormat.WrapperOf(head.Json)));
        }

        var adapter = new ChatGptConversation(
            context,
            companions,
            new ChatGptAssets(context.Source, companions.AssetNames)
        );
        var folders = files.Where(f => !f.IsPage).Select(f => f.Folder).ToHashSet();
        foreach (var file in files)
        {
            // The page repeats what the JSON beside it holds.
            if (file.IsPage && folders.Contains(file.Folder))
            {
                continue;
            }

            foreach (var draft in Read(file, adapter))
            {
                yield return draft;
            }
        }
    }

    private IEnumerable<ConversationDraft> Read(ExportFile file, ChatGptConversation adapter)
    {
        var entry = file.Entry;
        using var stream = file.IsPage ? ChatGptHtml.OpenJson(entry.Open()) : entry.Open();
        if (stream is null)
        {
            yield break;
        }

        string[]? wrapper = file.Wrapper is null ? null : [file.Wrapper];
        using var slices = new JsonSlices(stream, wrapper, oneRoot: file.IsPage);
        while (slices.MoveNext())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Report.Progress(entry.Name, slices.Position);
            var isOther = wrapper is not null && slices.Current is { Index: < 0, Error: null };
            if (!isOther && Draft(slices, entry, adapter) is { } draft)
            {
                yield return draft;
            }
        }
    }

    private ConversationDraft? Draft(JsonSlices slices, SourceEntry entry, ChatGptConversation adapter)
    {
        var slice = slices.Current;
        if (slice.Error is { } error)
        {
            context.Report.Fail("bad-json", error, entry.Name, slice.Index);
            return null;
        }

        try
        {
            using var document = JsonSlices.Parse(slice.Bytes);
            return adapter.Draft(new Json(document.RootElement), entry.Name, slice.Index);
        }
        catch (JsonException e)
        {
            context.Report.Fail(
                "bad-json",
                $"the record at byte {slice.Offset} is no JSON: {e.Message}",
                entry.Name,
                slice.Index
            );
            slices.Reread();
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            context.Report.Fail(
                "bad-conversation",
                $"the record at byte {slice.Offset} cannot be understood: {e.Message}",
                entry.Name,
                slice.Index
            );
        }

        return null;
    }
}
