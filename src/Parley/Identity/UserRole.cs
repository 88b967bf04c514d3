namespace Parley.Identity;

/// <summary>What an account may do; the numbers are stored.</summary>
internal enum UserRole
{
    /// <summary>Waits for an admin: may see and leave its own account, nothing else.</summary>
    Pending = 0,

    User = 1,

    Admin = 2,
}

internal static class UserRoles
{
    public static readonly string[] Names = ["pending", "user", "admin"];

    public static string Name(this UserRole role) => Names[(int)role];

    public static UserRole? Find(string? name) => Array.IndexOf(Names, name) is >= 0 and var at ? (UserRole)at : null;
}
