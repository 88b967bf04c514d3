using Parley.Sqlite;

namespace Parley.Tests.Import;

/// <summary>A SQLite database made of statements, on its own in a temporary folder.</summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-database-");

    public TestDatabase(string fileName, params string[] statements)
    {
        Path = System.IO.Path.Combine(folder.FullName, fileName);
        using var connection = Open();
        foreach (var statement in statements)
        {
            connection.Execute(statement);
        }
    }

    public string Path { get; }

    public string Folder => folder.FullName;

    public SqliteConnection Open() => SqliteConnection.Open(Path, SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create);

    public FormatRun Import() => FormatRun.Of(Path);

    /// <summary>What a format makes of a database of these statements.</summary>
    public static FormatRun Import(string fileName, params string[] statements)
    {
        using var database = new TestDatabase(fileName, statements);
        return database.Import();
    }

    /// <summary>Bytes as a blob literal.</summary>
    public static string Blob(ReadOnlySpan<byte> bytes) => $"x'{Convert.ToHexString(bytes)}'";

    /// <summary>Text as a string literal.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public void Dispose() => folder.Delete(recursive: true);
}
