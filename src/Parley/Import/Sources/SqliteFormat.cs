using Parley.Conversations;
using Parley.Kernel.Archives;
using Parley.Sqlite;

namespace Parley.Import;

/// <summary>What formats that are SQLite databases have in common: recognition by tables, opening, and an end that is reported when the database cannot be read on.</summary>
internal abstract class SqliteFormat : IImportFormat
{
    public abstract string Name { get; }

    public abstract string Provider { get; }

    public Claim Recognise(EntryHead head) => head.IsSqlite && IsOurs(head.Sqlite) ? Claim.Conversations : Claim.None;

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        foreach (var entry in claimed)
        {
            record.At(entry.Name);
            using var source = Open(entry, record);
            if (source is null)
            {
                continue;
            }

            using var drafts = Read(source, entry, record).GetEnumerator();
            while (MoveNext(drafts, record))
            {
                yield return drafts.Current;
            }
        }
    }

    /// <summary>Whether the tables are those of this format.</summary>
    protected abstract bool IsOurs(SqliteProbe schema);

    protected abstract IEnumerable<ConversationDraft> Read(
        SqliteSource source,
        SourceEntry entry,
        RecordContext record
    );

    private static SqliteSource? Open(SourceEntry entry, RecordContext record)
    {
        try
        {
            return SqliteSource.Open(entry, record.Import.ScratchFolder, record.Import.Cancellation);
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException or SourceException)
        {
            record.Import.Cancellation.ThrowIfCancellationRequested();
            record.Fail("damaged-database", $"the database cannot be read: {e.Message}");
            return null;
        }
    }

    private static bool MoveNext(IEnumerator<ConversationDraft> drafts, RecordContext record)
    {
        try
        {
            return drafts.MoveNext();
        }
        catch (SqliteException e)
        {
            record.Import.Cancellation.ThrowIfCancellationRequested();
            var reason = e.IsInterrupt ? "it takes more work than a sound database of its size" : e.Message;
            record.Fail("damaged-database", $"the rest of the database is not read: {reason}");
            return false;
        }
    }
}
