using System.Text.Json.Serialization;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>An account as its owner and admins see it.</summary>
/// <param name="Email">Null for the owner of a server that has no accounts.</param>
/// <param name="SeenAt">Last sign-in.</param>
/// <param name="SecondFactor">A code is asked for at sign-in.</param>
internal sealed record UserView(
    string Id,
    string? Email,
    string Name,
    string Role,
    bool Disabled,
    string? CreatedAt,
    string? SeenAt,
    bool SecondFactor
)
{
    public static UserView Of(User user) =>
        new(
            UserId.Format(user.Id),
            user.Email,
            user.Name,
            user.Role.Name(),
            user.Disabled,
            ApiTime.Format(user.CreatedAt),
            ApiTime.Format(user.SeenAt),
            user.SecondFactor
        );

    /// <summary>The owner of a machine without accounts.</summary>
    public static UserView OfLocalOwner { get; } =
        new(UserId.Format(DataFolder.LocalOwner), null, "owner", UserRole.Admin.Name(), false, null, null, false);
}

/// <summary>Tokens of a sign-in.</summary>
/// <param name="AccessToken">Null where it was handed out as a cookie.</param>
/// <param name="RefreshToken">Good for one use; null where it was handed out as a cookie.</param>
/// <param name="ExpiresIn">Seconds that the access token is good for.</param>
internal sealed record TokenAnswer(
    UserView User,
    string TokenType,
    string? AccessToken,
    string? RefreshToken,
    long ExpiresIn
);

/// <summary>What an authenticator app has to know.</summary>
/// <param name="Secret">In base 32, to be typed.</param>
/// <param name="Uri">The same as an address, to be shown as a QR code.</param>
internal sealed record SecretView(string Secret, string Uri);

/// <param name="RecoveryCodes">Each stands in for one code; they are shown here and never again.</param>
internal sealed record RecoveryView(IReadOnlyList<string> RecoveryCodes);

/// <summary>One sign-in.</summary>
/// <param name="Current">It is the one this request came with.</param>
/// <param name="UsedAt">When its tokens were last renewed.</param>
/// <param name="Address">Where it was begun from.</param>
/// <param name="Agent">The program it was begun with, in its own words.</param>
internal sealed record SessionView(
    string Id,
    bool Current,
    string CreatedAt,
    string UsedAt,
    string ExpiresAt,
    string? Address,
    string? Agent
)
{
    [JsonIgnore]
    public long Number { get; init; }
}

/// <summary>An API key, without the key.</summary>
/// <param name="Hint">Its last four characters.</param>
/// <param name="UsedAt">About when it was last used.</param>
internal sealed record KeyView(
    string Id,
    string Name,
    string Hint,
    IReadOnlyList<string> Scopes,
    string CreatedAt,
    string? ExpiresAt,
    string? UsedAt
)
{
    [JsonIgnore]
    public long Number { get; init; }
}

/// <summary>Who did what, when, from where, and whether it went through.</summary>
/// <param name="ActorId">Null: nobody was signed in.</param>
/// <param name="Via">How they came in: session, key, open-webui (a token that an Open WebUI made), local or none.</param>
/// <param name="SubjectId">What it was done to: a user, a group, a conversation, a space.</param>
internal sealed record AuditView(
    string Id,
    string At,
    string? ActorId,
    string Via,
    string? Address,
    string Action,
    string? SubjectId,
    bool Ok,
    string? Detail
)
{
    [JsonIgnore]
    public long Number { get; init; }
}

/// <param name="Secret">The key itself; it is shown here and never again.</param>
internal sealed record NewKeyView(KeyView Key, string Secret);
