namespace Parley.Import;

/// <summary>
/// The report as the formats see it: notices are held back until the conversation they lead up to is given out, so
/// that they are counted in the same commit and never twice after a crash. Used by the reading thread.
/// </summary>
internal sealed class NoticeLog : IImportReport
{
    private List<NoticeEvent> pending = [];

    /// <summary>Bytes read over all entries so far.</summary>
    public long Position { get; private set; }

    private string entryName = "";
    private long entryPosition;

    public List<NoticeEvent> Take()
    {
        var taken = pending;
        pending = [];
        return taken;
    }

    public void Warn(string code, string what, string entry, long index, string? id) =>
        Add(NoticeKind.Warning, code, what, entry, index, id);

    public void Fail(string code, string reason, string entry, long index, string? id) =>
        Add(NoticeKind.Failure, code, reason, entry, index, id);

    public void Ignore(string code, string reason, string entry, long index, string? id) =>
        Add(NoticeKind.Ignored, code, reason, entry, index, id);

    public void Progress(string entry, long position)
    {
        if (!ReferenceEquals(entry, entryName) && entry != entryName)
        {
            entryName = entry;
            entryPosition = 0;
        }

        Position += Math.Max(0, position - entryPosition);
        entryPosition = Math.Max(position, entryPosition);
    }

    private void Add(NoticeKind kind, string code, string what, string entry, long index, string? id) =>
        pending.Add(new NoticeEvent(kind, code, what, entry, index, id));
}
