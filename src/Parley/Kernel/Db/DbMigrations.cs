using System.Globalization;
using System.Reflection;

namespace Parley.Kernel;

/// <summary>One numbered step of one room's schema.</summary>
internal sealed record Migration(string Room, int Version, string Name, Func<string> Sql);

/// <summary>
/// The schemas of all rooms, in the order they are added (lowest floor first). A room's steps are the embedded files
/// <c>Room/Sqlite/0001_name.sql</c>, numbered from 1 without gaps; a step once released never changes.
/// </summary>
internal sealed class DbMigrations
{
    private readonly List<Migration> _steps = [];
    private Assembly? _read;
    private string[] _names = [];

    /// <summary>All steps, room by room.</summary>
    public IReadOnlyList<Migration> Steps => _steps;

    /// <summary>Adds every step embedded for <paramref name="room"/>.</summary>
    /// <exception cref="InvalidOperationException">The room has no step, or a number is missing or there twice.</exception>
    public DbMigrations Add(string room, Assembly? assembly = null)
    {
        assembly ??= typeof(DbMigrations).Assembly;
        var prefix = $"{room}/Sqlite/";
        if (assembly != _read)
        {
            // Once for all rooms: the native file looks the names of its resources up one by one.
            (_read, _names) = (assembly, assembly.GetManifestResourceNames());
        }

        var resources = _names
            .Where(name =>
                name.StartsWith(prefix, StringComparison.Ordinal)
                && name.EndsWith(".sql", StringComparison.Ordinal)
                && char.IsAsciiDigit(name[prefix.Length])
            )
            .Order(StringComparer.Ordinal)
            .ToArray();
        return Add(
            room,
            [.. resources.Select(name => (Path.GetFileName(name), (Func<string>)(() => Load(assembly, name))))]
        );
    }

    /// <summary>Adds steps given as file name and text.</summary>
    public DbMigrations Add(string room, params (string FileName, Func<string> Sql)[] files)
    {
        if (files.Length == 0)
        {
            throw new InvalidOperationException($"{room} has no migration: expected {room}/Sqlite/0001_name.sql");
        }

        if (_steps.Any(step => step.Room == room))
        {
            throw new InvalidOperationException($"the migrations of {room} are added twice");
        }

        for (var i = 0; i < files.Length; i++)
        {
            var name = files[i].FileName;
            if (
                name.Length < 5
                || !int.TryParse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                || version != i + 1
            )
            {
                throw new InvalidOperationException($"{room}: expected migration {i + 1:0000} but found {name}");
            }

            _steps.Add(new Migration(room, version, Path.GetFileNameWithoutExtension(name), files[i].Sql));
        }

        return this;
    }

    private static string Load(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
