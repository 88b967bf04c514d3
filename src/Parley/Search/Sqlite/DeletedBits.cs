using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>Marks documents of one segment as gone, within one transaction; the rows are written at the end. Not thread-safe.</summary>
internal sealed class DeletedBits(DbTransaction tx, long segment)
{
    public const int PageDocuments = 4096;

    private readonly Dictionary<int, byte[]> _pages = [];
    private readonly HashSet<int> _changed = [];
    private int _added;

    public bool Has(int document)
    {
        var (page, at) = (Page(document / PageDocuments), document % PageDocuments);
        return (page[at >> 3] & (1 << (at & 7))) != 0;
    }

    /// <summary>Marks a document; nothing happens where it is marked.</summary>
    public void Add(int document)
    {
        if (Has(document))
            return;
        var number = document / PageDocuments;
        var at = document % PageDocuments;
        Page(number)[at >> 3] |= (byte)(1 << (at & 7));
        _changed.Add(number);
        _added++;
    }

    public void Save()
    {
        if (_added == 0)
            return;
        using (
            var save = tx.Query("INSERT OR REPLACE INTO search_deleted (segment_id, page, bits) VALUES (?1, ?2, ?3)")
        )
        {
            foreach (var number in _changed)
                save.Bind(1, segment).Bind(2, number).BindBlob(3, _pages[number]).Run();
        }

        using var count = tx.Query("UPDATE search_segments SET deleted = deleted + ?1 WHERE id = ?2");
        count.Bind(1, _added).Bind(2, segment).Run();
    }

    private byte[] Page(int number)
    {
        if (_pages.TryGetValue(number, out var known))
            return known;
        var page = new byte[PageDocuments / 8];
        using var find = tx.Query("SELECT bits FROM search_deleted WHERE segment_id = ?1 AND page = ?2");
        find.Bind(1, segment).Bind(2, number);
        if (find.Step())
            find.Blob(0)[..Math.Min(page.Length, find.Blob(0).Length)].CopyTo(page);
        return _pages[number] = page;
    }
}
