using Parley.Kernel;

namespace Parley.Identity;

/// <summary>An account as it is stored.</summary>
/// <param name="Password">A hash; null: it signs in another way.</param>
/// <param name="SecondFactor">A code is asked for at sign-in.</param>
internal sealed record User(
    long Id,
    string Email,
    string Name,
    UserRole Role,
    bool Disabled,
    string? Password,
    long CreatedAt,
    long? SeenAt,
    bool SecondFactor
)
{
    public const string Columns = "id, email, name, role, disabled, password, created_at, seen_at, second_factor";

    public bool IsAdmin => Role == UserRole.Admin && !Disabled;

    public static User Read(DbStatement row) =>
        new(
            row.Int64(0),
            row.Text(1)!,
            row.Text(2)!,
            (UserRole)row.Int32(3),
            row.Bool(4),
            row.Text(5),
            row.Int64(6),
            row.Int64OrNull(7),
            row.Bool(8)
        );
}
