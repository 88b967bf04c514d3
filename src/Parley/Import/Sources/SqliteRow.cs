using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Conversations;
using Parley.Sqlite;

namespace Parley.Import;

/// <summary>One row at hand, valid until its <see cref="SqliteTable.Read"/> returns. Columns are asked by name; any may be absent, NULL or of another type.</summary>
internal sealed class SqliteRow(SqliteSource source, string table, string[] columns, SqliteStatement row, long rowId)
{
    public long RowId { get; } = rowId;

    public bool Has(string column) => Index(column) is { } at && !row.IsNull(at);

    /// <summary>The value as text; a blob is taken as UTF-8.</summary>
    public string? Text(string column) =>
        Index(column) is not { } at || row.IsNull(at) ? null
        : row.Type(at) == SqliteType.Blob ? Encoding.UTF8.GetString(row.Blob(at))
        : row.Text(at);

    public ReadOnlyMemory<byte> Utf8(string column, Utf8Arena arena) => JsonText.Valid(Bytes(column), arena);

    /// <summary>The value's bytes: those of a blob, or a text's UTF-8 whatever the database's own encoding.</summary>
    public ReadOnlySpan<byte> Bytes(string column) =>
        Index(column) is not { } at || row.IsNull(at) ? default
        : row.Type(at) == SqliteType.Blob ? row.Blob(at)
        : row.Utf8(at);

    public long? Int64(string column) =>
        Index(column) is { } at && row.Type(at) is SqliteType.Integer or SqliteType.Float ? row.Int64(at) : null;

    public bool Bool(string column) => Int64(column) is not (null or 0);

    /// <summary>Unix microseconds, of a number or a text (imports.md 1.1, 7).</summary>
    public long? Time(string column) =>
        Index(column) is not { } at ? null
        : row.Type(at) is SqliteType.Integer or SqliteType.Float ? Times.FromNumber(row.Double(at))
        : Times.FromText(Text(column));

    /// <summary>The JSON in a column; null where there is none.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public JsonDocument? Json(string column) =>
        Bytes(column) is { IsEmpty: false } bytes ? JsonSlices.Parse(bytes.ToArray()) : null;

    /// <summary>A value as JSON: what is JSON as it is, other text as a string.</summary>
    public byte[] JsonOrText(string column)
    {
        if (Index(column) is not { } at)
        {
            return [];
        }

        var text = Bytes(column).ToArray();
        return row.Type(at) is SqliteType.Text or SqliteType.Blob && IsJson(text) ? text : Raw(at);
    }

    /// <summary>Reads a blob piece by piece. For values whose size a stranger chose.</summary>
    public Stream Open(string column) => SqliteBlob.Open(source.Connection, table, column, RowId);

    /// <summary>Opens a blob later, as long as the database is open.</summary>
    public Func<Stream>? Opener(string column)
    {
        var (db, name, id) = (source, table, RowId);
        return Bytes(column).IsEmpty ? null : () => SqliteBlob.Open(db.Connection, name, column, id);
    }

    /// <summary>Adds the columns that the map keeps or does not know to the extras being made. Blobs are left out.</summary>
    public void AddTo(RecordContext record, FieldMap map)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            var name = Encoding.UTF8.GetBytes(columns[i]);
            if (map.Of(name) is FieldUse.Kept or FieldUse.Unknown)
            {
                record.Extras.Take(
                    JsonEncodedText.Encode(columns[i]).EncodedUtf8Bytes,
                    Raw(i),
                    map,
                    record.Entry,
                    record.Index,
                    record.Id
                );
            }
        }
    }

    /// <summary>A value as JSON: JSON text as it is, other text as a string.</summary>
    private byte[] Raw(int at)
    {
        switch (row.Type(at))
        {
            case SqliteType.Integer:
                return Encoding.UTF8.GetBytes(row.Int64(at).ToString(CultureInfo.InvariantCulture));
            case SqliteType.Float when double.IsFinite(row.Double(at)):
                return Encoding.UTF8.GetBytes(row.Double(at).ToString("R", CultureInfo.InvariantCulture));
            case SqliteType.Text:
                var text = row.Utf8(at).ToArray();
                return text is [(byte)'{' or (byte)'[', ..] && IsJson(text)
                    ? text
                    : Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(Encoding.UTF8.GetString(text))}\"");
            default:
                return [];
        }
    }

    private static bool IsJson(byte[] text)
    {
        try
        {
            using var parsed = JsonSlices.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            // Text that only begins like JSON is text.
            return false;
        }
    }

    private int? Index(string column)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Equals(column, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return null;
    }
}
