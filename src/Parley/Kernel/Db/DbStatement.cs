using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>
/// A compiled statement as rooms see it: bind from 1, step, read columns from 0, dispose to give it back. Spans are valid until the
/// next <see cref="Step"/>. A struct around the vendor's statement, so it costs nothing and rooms never name the vendor.
/// </summary>
internal readonly unsafe struct DbStatement(SqliteStatement statement) : IDisposable
{
    public int ColumnCount => statement.ColumnCount;

    public DbStatement Bind(int index, long value)
    {
        statement.Bind(index, value);
        return this;
    }

    public DbStatement Bind(int index, long? value)
    {
        statement.Bind(index, value);
        return this;
    }

    public DbStatement Bind(int index, bool value)
    {
        statement.Bind(index, value);
        return this;
    }

    public DbStatement Bind(int index, double value)
    {
        statement.Bind(index, value);
        return this;
    }

    /// <summary>Binds UTF-8 text.</summary>
    public DbStatement Bind(int index, ReadOnlySpan<byte> utf8)
    {
        statement.BindText(index, utf8);
        return this;
    }

    public DbStatement Bind(int index, string? value)
    {
        statement.Bind(index, value);
        return this;
    }

    public DbStatement BindText(int index, ReadOnlySpan<byte> utf8) => Bind(index, utf8);

    public DbStatement BindBlob(int index, ReadOnlySpan<byte> blob)
    {
        statement.BindBlob(index, blob);
        return this;
    }

    public DbStatement BindNull(int index)
    {
        statement.BindNull(index);
        return this;
    }

    /// <inheritdoc cref="SqliteStatement.BindTextStatic"/>
    public DbStatement BindTextStatic(int index, byte* utf8, long length)
    {
        statement.BindTextStatic(index, utf8, length);
        return this;
    }

    /// <inheritdoc cref="SqliteStatement.Step"/>
    public bool Step() => statement.Step();

    /// <inheritdoc cref="SqliteStatement.Run"/>
    public void Run() => statement.Run();

    public void Reset() => statement.Reset();

    public bool IsNull(int column) => statement.IsNull(column);

    public SqliteType Type(int column) => statement.Type(column);

    public long Int64(int column) => statement.Int64(column);

    public long? Int64OrNull(int column) => statement.Int64OrNull(column);

    public int Int32(int column) => statement.Int32(column);

    public bool Bool(int column) => statement.Bool(column);

    public double Double(int column) => statement.Double(column);

    public double? DoubleOrNull(int column) => statement.DoubleOrNull(column);

    /// <inheritdoc cref="SqliteStatement.Utf8"/>
    public ReadOnlySpan<byte> Utf8(int column) => statement.Utf8(column);

    public string? Text(int column) => statement.Text(column);

    /// <inheritdoc cref="SqliteStatement.Blob"/>
    public ReadOnlySpan<byte> Blob(int column) => statement.Blob(column);

    public void Dispose() => statement.Dispose();
}
