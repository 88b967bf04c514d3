using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>What is written down about who did what (S46), by the words of the audit table.</summary>
internal static class AuditActions
{
    public const string SignIn = "sign-in";
    public const string SignOut = "sign-out";
    public const string SignUp = "sign-up";
    public const string TokenReuse = "token-reuse";
    public const string SessionEnd = "session-end";
    public const string PasswordChange = "password-change";
    public const string EmailChange = "email-change";
    public const string SecondFactor = "second-factor";
    public const string Passkey = "passkey";
    public const string ProviderLink = "provider-link";
    public const string KeyMade = "key-made";
    public const string KeyRevoked = "key-revoked";
    public const string UserMade = "user-made";
    public const string UserChange = "user-change";
    public const string UserRemoved = "user-removed";
    public const string GroupMade = "group-made";
    public const string GroupChange = "group-change";
    public const string GroupRemoved = "group-removed";
    public const string UpstreamMade = "upstream-made";
    public const string UpstreamChange = "upstream-change";
    public const string UpstreamRemoved = "upstream-removed";
    public const string PriceChange = "price-change";
    public const string ToolServerMade = "tool-server-made";
    public const string ToolServerChange = "tool-server-change";
    public const string ToolServerRemoved = "tool-server-removed";
    public const string ToolDenied = "tool-denied";
    public const string QuotaChange = "quota-change";
    public const string ShareMade = "share-made";
    public const string ShareRevoked = "share-revoked";

    public static readonly string[] All =
    [
        SignIn,
        SignOut,
        SignUp,
        TokenReuse,
        SessionEnd,
        PasswordChange,
        EmailChange,
        SecondFactor,
        Passkey,
        ProviderLink,
        KeyMade,
        KeyRevoked,
        UserMade,
        UserChange,
        UserRemoved,
        GroupMade,
        GroupChange,
        GroupRemoved,
        UpstreamMade,
        UpstreamChange,
        UpstreamRemoved,
        PriceChange,
        ToolServerMade,
        ToolServerChange,
        ToolServerRemoved,
        ToolDenied,
        QuotaChange,
        ShareMade,
        ShareRevoked,
    ];
}

/// <summary>Writes the audit table; nothing in the program changes a row of it. Thread-safe.</summary>
internal sealed class AuditLog(Db db, IdSource ids, TimeProvider time)
{
    /// <summary>Inside the transaction of what it tells of: both are kept, or neither.</summary>
    /// <param name="subject">The user it was done to, where it was one.</param>
    /// <param name="detail">Words of ours; never a secret or a text of a person's.</param>
    public void Add(
        DbTransaction tx,
        RequestOrigin origin,
        string action,
        long? subject,
        bool ok = true,
        string? detail = null
    ) => AddAbout(tx, origin, action, subject is { } id ? UserId.Format(id) : null, ok, detail);

    /// <inheritdoc cref="Add"/>
    /// <param name="subject">The id of what it was done to, where that is no user.</param>
    public void AddAbout(
        DbTransaction tx,
        RequestOrigin origin,
        string action,
        string? subject,
        bool ok = true,
        string? detail = null
    )
    {
        var now = time.GetUtcNow();
        using var insert = tx.Query(
            "INSERT INTO audit (id, at, actor_id, via, address, action, subject, ok, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        );
        insert
            .Bind(1, ids.Next(now.ToUnixTimeMilliseconds()))
            .Bind(2, ApiTime.Micros(now))
            .Bind(3, origin.Caller?.OwnerId)
            .Bind(4, Via(origin.Caller))
            .Bind(5, origin.Address)
            .Bind(6, action)
            .Bind(7, subject)
            .Bind(8, ok)
            .Bind(9, detail)
            .Run();
    }

    /// <summary>What happened without a change: a sign-in that failed.</summary>
    public Task AddAsync(
        RequestOrigin origin,
        string action,
        long? subject,
        bool ok,
        string? detail,
        CancellationToken ct
    ) => db.WriteEssentialAsync(tx => Add(tx, origin, action, subject, ok, detail), ct);

    private static string Via(Caller? caller) =>
        caller?.Door switch
        {
            CallerDoor.Local => "local",
            CallerDoor.Session => "session",
            CallerDoor.Key => "key",
            CallerDoor.OpenWebUi => "open-webui",
            _ => "none",
        };
}
