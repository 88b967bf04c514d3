namespace Parley.Identity;

/// <summary>
/// What an API key may be used for (S14): scopes of routes, <c>search</c>, or only their reads, <c>search:read</c>;
/// <c>all</c> and <c>read</c> stand for every scope of users. What admins may do has to be named.
/// </summary>
internal sealed class KeyScopes
{
    public const string Conversations = "conversations";
    public const string Files = "files";
    public const string Documents = "documents";
    public const string Search = "search";
    public const string Import = "import";
    public const string Export = "export";
    public const string Stats = "stats";
    public const string Models = "models";
    public const string Upstreams = "upstreams";
    public const string Chat = "chat";
    public const string Users = "users";
    public const string Audit = "audit";
    public const string Metrics = "metrics";
    public const string Scim = "scim";

    private const string OnlyReads = ":read";
    private static readonly string[] OfUsers =
    [
        Conversations,
        Files,
        Documents,
        Search,
        Import,
        Export,
        Stats,
        Chat,
        Models,
    ];
    private static readonly string[] OfAdmins = [Upstreams, Users, Audit, Metrics, Scim];

    private readonly string[] granted;

    private KeyScopes(string[] granted) => this.granted = granted;

    /// <summary>Every word a key can be given.</summary>
    public static IReadOnlyList<string> Words { get; } =
    ["all", "read", .. OfUsers.Concat(OfAdmins).SelectMany(scope => new[] { scope, scope + OnlyReads })];

    public IReadOnlyList<string> Granted => granted;

    /// <summary>As it is stored.</summary>
    public override string ToString() => string.Join(' ', granted);

    public static KeyScopes Of(string stored) => new(stored.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Whether any of them is for admins alone.</summary>
    public static bool NeedAdmin(IEnumerable<string> scopes) =>
        scopes.Any(scope => OfAdmins.Contains(scope.Replace(OnlyReads, "", StringComparison.Ordinal)));

    /// <param name="policy">Of the route.</param>
    /// <param name="reads">The request changes nothing.</param>
    public bool Allow(AccessPolicy policy, bool reads)
    {
        foreach (var scope in granted)
        {
            var wide = policy.Level == AccessLevel.User && (scope == "all" || (reads && scope == "read"));
            var named =
                scope == policy.Scope
                || (
                    reads
                    && scope.Length == policy.Scope.Length + OnlyReads.Length
                    && scope.StartsWith(policy.Scope, StringComparison.Ordinal)
                    && scope.EndsWith(OnlyReads, StringComparison.Ordinal)
                );
            if (wide || named)
            {
                return true;
            }
        }

        return false;
    }
}
