using Parley.Kernel;

namespace Parley.Identity;

/// <summary>A group as it is stored.</summary>
/// <param name="ExternalId">What a directory calls it; opaque.</param>
/// <param name="Members">How many.</param>
/// <param name="Version">Moves with every change, of members too.</param>
internal sealed record Group(
    long Id,
    string Name,
    string? ExternalId,
    long Members,
    long Version,
    long CreatedAt,
    long UpdatedAt
)
{
    public const string Columns = """
        g.id, g.name, g.external_id, (SELECT count(*) FROM group_members m WHERE m.group_id = g.id), g.version, g.created_at, g.updated_at
        """;

    /// <summary>Names are unique without regard to case.</summary>
    public static string Key(string name) => CompatibleForm.Of(name.Trim()).ToUpperInvariant();

    public static Group Read(DbStatement row) =>
        new(row.Int64(0), row.Text(1)!, row.Text(2), row.Int64(3), row.Int64(4), row.Int64(5), row.Int64(6));
}
