using Parley.Identity.Crypto;

namespace Parley.Identity;

/// <summary>How accounts are kept. Times and counts are those of security.md where nothing else is set.</summary>
internal sealed class IdentityOptions
{
    /// <summary>No accounts: whoever reaches the server is its owner. On loopback only.</summary>
    public bool SingleUser { get; init; } = true;

    /// <summary>The code the first sign-up must know; null: one is made up at start and logged.</summary>
    public string? SetupCode { get; init; }

    /// <summary>The role of who signs up once there is an admin; null: nobody may (S4).</summary>
    public UserRole? SignUpRole { get; init; }

    /// <summary>Base64url of 32 bytes or more, in place of the key file; for several servers over one store.</summary>
    public string? SigningKey { get; init; }

    /// <summary>What an Open WebUI signs its tokens with; null: tokens of its form are nothing here.</summary>
    public string? OpenWebUiSecret { get; init; }

    public OidcOptions Oidc { get; init; } = new();

    /// <summary>What a new password hash costs (S2).</summary>
    public Argon2Parameters Hash { get; init; } = Argon2Parameters.Standard;

    /// <summary>What was found about a credential is asked again after this time (S12).</summary>
    public TimeSpan CallerAge { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests of one user in a minute, and of one address that is not signed in; 0 for no limit.</summary>
    public int UserRequests { get; init; } = 600;

    /// <inheritdoc cref="UserRequests"/>
    public int AddressRequests { get; init; } = 60;

    /// <summary>Answers of models and other streams that one user may have open at once; 0 for no limit.</summary>
    public int UserStreams { get; init; } = 5;

    /// <summary>Feeds of one user's tabs and devices at once, which stay open as long as those do; 0 for no limit.</summary>
    public int UserSockets { get; init; } = 10;

    /// <summary>Messages a user may write in a day (UTC) where nothing else is set for them; 0 for no limit, as for the others.</summary>
    public long MessagesPerDay { get; init; }

    /// <summary>Tokens in a calendar month (UTC).</summary>
    public long TokensPerMonth { get; init; }

    /// <summary>Bytes of a user's files.</summary>
    public long StorageBytes { get; init; } = 10L << 30;

    /// <summary>A user's files.</summary>
    public long Files { get; init; } = 10_000;

    public long QuotaOf(QuotaKind kind) =>
        kind switch
        {
            QuotaKind.Messages => MessagesPerDay,
            QuotaKind.Tokens => TokensPerMonth,
            QuotaKind.Bytes => StorageBytes,
            _ => Files,
        };
}
