using System.Globalization;
using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>Brings a store to this program's schema, each step together with its version row.</summary>
internal sealed class Migrator(SqliteConnection connection, DbOptions options)
{
    private const string CreateVersions = """
        CREATE TABLE IF NOT EXISTS schema_versions (
          room TEXT NOT NULL,
          version INTEGER NOT NULL,
          applied_at INTEGER NOT NULL,
          PRIMARY KEY (room, version)
        ) STRICT, WITHOUT ROWID
        """;

    /// <summary>Steps the store has not seen yet.</summary>
    /// <exception cref="StoreVersionException">The store has steps this program does not know.</exception>
    public IReadOnlyList<Migration> Pending()
    {
        var applied = Applied();
        foreach (var (room, version) in applied)
        {
            var known = options
                .Migrations.Steps.Where(step => step.Room == room)
                .Select(step => step.Version)
                .DefaultIfEmpty(0)
                .Max();
            if (version > known)
            {
                throw new StoreVersionException(
                    $"the store was written by a newer Parley ({room} is at {version}, this program knows {(known == 0 ? "no such part" : known)}): use that version or a newer one"
                );
            }
        }

        return [.. options.Migrations.Steps.Where(step => step.Version > applied.GetValueOrDefault(step.Room))];
    }

    /// <summary>
    /// Applies the steps in order, all in one transaction: an upgrade that fails or is killed at any point leaves the store to the old program.
    /// </summary>
    /// <exception cref="StoreMigrationException">A step failed; nothing was kept.</exception>
    public void Apply(IReadOnlyList<Migration> steps)
    {
        // Steps that rebuild a table drop the old one, which must not cascade; what they leave is checked instead.
        connection.Execute("PRAGMA foreign_keys=OFF"u8);
        var at = steps[0];
        try
        {
            connection.Execute("BEGIN IMMEDIATE"u8);
            connection.Execute(CreateVersions);
            foreach (var step in steps)
            {
                at = step;
                Apply(step);
            }

            CheckReferences();
            connection.Execute("COMMIT"u8);
        }
        catch (Exception failure)
        {
            if (connection.InTransaction)
            {
                connection.Execute("ROLLBACK"u8);
            }

            throw new StoreMigrationException(at.Room, at.Name, failure);
        }
        finally
        {
            connection.Execute("PRAGMA foreign_keys=ON"u8);
        }
    }

    private void Apply(Migration step)
    {
        var began = options.Time.GetTimestamp();
        connection.Execute(step.Sql());
        using var insert = connection.Prepare(
            "INSERT INTO schema_versions (room, version, applied_at) VALUES (?1, ?2, ?3)"
        );
        insert
            .Bind(1, step.Room)
            .Bind(2, step.Version)
            .Bind(3, options.Time.GetUtcNow().ToUnixTimeMilliseconds())
            .Run();
        DbLog.Migrated(
            options.Log,
            step.Room,
            step.Version,
            step.Name,
            (long)options.Time.GetElapsedTime(began).TotalMilliseconds
        );
    }

    private void CheckReferences()
    {
        using var check = connection.Prepare("PRAGMA foreign_key_check");
        if (check.Step())
        {
            throw new InvalidOperationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"row {check.Int64(1)} of {check.Text(0)} refers to a missing row of {check.Text(2)}"
                )
            );
        }
    }

    private Dictionary<string, int> Applied()
    {
        var applied = new Dictionary<string, int>(StringComparer.Ordinal);
        using (
            var exists = connection.Prepare(
                "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_versions'"
            )
        )
        {
            if (!exists.Step())
            {
                return applied;
            }
        }

        using var versions = connection.Prepare("SELECT room, max(version) FROM schema_versions GROUP BY room");
        while (versions.Step())
        {
            applied[versions.Text(0)!] = versions.Int32(1);
        }

        return applied;
    }
}
