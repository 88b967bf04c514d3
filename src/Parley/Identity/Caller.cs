using Parley.Kernel;

namespace Parley.Identity;

/// <summary>By which door a caller came in.</summary>
internal enum CallerDoor
{
    /// <summary>This machine: a server for a single user, or a command on the data folder.</summary>
    Local,

    /// <summary>A sign-in: an access token.</summary>
    Session,

    /// <summary>An API key.</summary>
    Key,

    /// <summary>A token that an Open WebUI made, where both servers know one secret.</summary>
    OpenWebUi,
}

/// <summary>
/// Who makes a request. Every query a handler runs names <see cref="OwnerId"/>; handlers take a <c>Caller</c> as a
/// parameter and have no other way to an owner. Who it is was settled by <see cref="AccessGate"/> before the handler ran.
/// </summary>
internal sealed record Caller(long OwnerId)
{
    /// <summary>The owner of this machine: commands that work on the data folder itself, and a server for a single user.</summary>
    public static readonly Caller Local = new(DataFolder.LocalOwner) { Role = UserRole.Admin };

    public UserRole Role { get; init; }

    public CallerDoor Door { get; init; }

    /// <summary>The session or key that was shown.</summary>
    public long? CredentialId { get; init; }

    /// <summary>What a key may be used for; null where no key limits.</summary>
    public KeyScopes? Scopes { get; init; }

    public static ValueTask<Caller?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<Caller?>(
            http.Features.Get<Caller>()
                ?? throw new InvalidOperationException("a route that anyone may call has no caller to give")
        );
}
