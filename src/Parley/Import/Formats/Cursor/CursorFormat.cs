using System.Text;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.Cursor;

/// <summary>
/// Cursor's <c>state.vscdb</c> (imports.md section 8), a table of keys and JSON values: <c>composerData:&lt;id&gt;</c>
/// and <c>bubbleId:&lt;composer&gt;:&lt;bubble&gt;</c> in <c>cursorDiskKV</c>; in a workspace's database also lists of
/// composers and the older chat tabs in <c>ItemTable</c>. May exceed 2 GiB: one composer is in memory at a time.
/// </summary>
internal sealed class CursorFormat : SqliteFormat
{
    private const string ComposerPrefix = "composerData:";
    private const string ComposerList = "composer.composerData";
    private const string ChatTabs = "workbench.panel.aichat.view.aichat.chatdata";

    public override string Name => "cursor";

    public override string Provider => "cursor";

    protected override bool IsOurs(SqliteProbe schema) =>
        schema.Has("cursorDiskKV", "key", "value") || schema.Has("ItemTable", "key", "value");

    protected override IEnumerable<ConversationDraft> Read(SqliteSource source, SourceEntry entry, RecordContext record)
    {
        var store = new SqliteTable(source, "cursorDiskKV", record);
        var composers = new CursorComposers(source, record, store);
        long index = 0;
        var any = false;
        foreach (var rowId in KeysOf(store, ComposerPrefix))
        {
            record.At(entry.Name, index++);
            ConversationDraft? draft = null;
            store.Read(rowId, row => draft = Draft(row, record, composers));
            if (draft is not null)
            {
                any = true;
                yield return draft;
            }
        }

        foreach (var draft in Items(new SqliteTable(source, "ItemTable", record), entry, record, composers))
        {
            any = true;
            yield return draft;
        }

        if (!any)
        {
            record.At(entry.Name);
            record.Ignore("no-conversations", "the editor's state holds no conversations of Cursor");
        }

        record.Import.Report.Progress(entry.Name, source.Size);
    }

    private static List<long> KeysOf(SqliteTable table, string prefix)
    {
        var found = new List<long>();
        foreach (var rowId in table.RowIds())
        {
            table.Read(
                rowId,
                row =>
                {
                    if (row.Text("key")?.StartsWith(prefix, StringComparison.Ordinal) == true)
                    {
                        found.Add(rowId);
                    }
                }
            );
        }

        return found;
    }

    private ConversationDraft? Draft(SqliteRow row, RecordContext record, CursorComposers composers)
    {
        record.Id = row.Text("key")?[ComposerPrefix.Length..];
        if (row.Bytes("value").IsEmpty)
        {
            return null;
        }

        return record.Fill(
            new ConversationDraft { Provider = Provider, ProviderId = record.Id },
            draft =>
            {
                using var json = Value(row);
                composers.Read(new Json(json.RootElement), draft);
            }
        );
    }

    /// <summary>Lists of whole conversations in one value each: older composers, and chat tabs.</summary>
    private IEnumerable<ConversationDraft> Items(
        SqliteTable table,
        SourceEntry entry,
        RecordContext record,
        CursorComposers composers
    )
    {
        var drafts = new List<ConversationDraft>();
        foreach (var (key, list) in ((string, string)[])[(ComposerList, "allComposers"), (ChatTabs, "tabs")])
        {
            foreach (var rowId in table.Find("key", key))
            {
                record.At(entry.Name, -1, key);
                table.Read(rowId, row => AddList(row, list, entry, record, composers, drafts));
            }
        }

        foreach (var draft in drafts)
        {
            yield return draft;
        }
    }

    private void AddList(
        SqliteRow row,
        string list,
        SourceEntry entry,
        RecordContext record,
        CursorComposers composers,
        List<ConversationDraft> drafts
    )
    {
        using var json = TryValue(row, record);
        long index = 0;
        foreach (var item in json is null ? [] : new Json(json.RootElement)[list].Items())
        {
            var id = item.Any("composerId", "tabId", "id").Scalar();
            record.At(entry.Name, index++, id);
            if (!CursorComposers.HasMessages(item))
            {
                // A list entry only; its conversation is in the other database.
                continue;
            }

            if (
                record.Fill(
                    new ConversationDraft { Provider = Provider, ProviderId = id },
                    d => composers.Read(item, d)
                ) is
                { } draft
            )
            {
                drafts.Add(draft);
            }
        }
    }

    private static JsonDocument? TryValue(SqliteRow row, RecordContext record)
    {
        try
        {
            return Value(row);
        }
        catch (Exception e) when (RecordContext.IsBadRecord(e))
        {
            record.Fail("bad-json", e.Message);
            return null;
        }
    }

    /// <summary>A value is JSON, as text or as blob; sometimes JSON within a JSON string.</summary>
    internal static JsonDocument Value(SqliteRow row)
    {
        var json = row.Json("value") ?? throw new FormatException("the value is empty");
        if (json.RootElement.ValueKind != JsonValueKind.String)
        {
            return json;
        }

        using (json)
        {
            return JsonSlices.Parse(Encoding.UTF8.GetBytes(new Json(json.RootElement).String()!));
        }
    }
}
