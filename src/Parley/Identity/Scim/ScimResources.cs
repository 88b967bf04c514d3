using System.Buffers.Text;
using System.Security.Cryptography;
using Parley.Kernel.Http;

namespace Parley.Identity.Scim;

/// <summary>Where a call came from and what it must find: the resource at the version it knows.</summary>
/// <param name="Base">Address of the service, without a slash at its end.</param>
/// <param name="IfMatch">Null: any version.</param>
internal sealed record ScimCall(RequestOrigin Origin, string Base, string? IfMatch)
{
    /// <exception cref="ScimException">It was changed since.</exception>
    public void Require(ScimObject resource)
    {
        if (IfMatch is null || IfMatch.Trim() == "*")
        {
            return;
        }

        var version = resource.Inner("meta")!.Text("version");
        if (!IfMatch.Split(',').Any(tag => tag.Trim() == version))
        {
            throw new ScimException(412, null, "it was changed since it was read");
        }
    }

    /// <summary>What every resource says of itself, when all else is in it.</summary>
    public void Seal(ScimObject resource, string type, long createdAt, long changedAt)
    {
        resource.Remove("meta");
        var version = Base64Url.EncodeToString(SHA256.HashData(resource.ToJson()).AsSpan(0, 9));
        resource["meta"] = new ScimObject
        {
            ["resourceType"] = type,
            ["created"] = ApiTime.Format(createdAt)!,
            ["lastModified"] = ApiTime.Format(changedAt)!,
            ["location"] = $"{Base}/{type}s/{resource.Text("id")}",
            ["version"] = $"W/\"{version}\"",
        };
    }
}

/// <summary>One kind of resource: what its routes do.</summary>
internal abstract class ScimResources
{
    protected const int LongestText = 500;

    public abstract Task<ScimObject> ListAsync(ScimQuery query, ScimCall call, CancellationToken ct);

    /// <exception cref="ScimException">There is none.</exception>
    public abstract Task<ScimObject> GetAsync(string id, ScimCall call, CancellationToken ct);

    public abstract Task<ScimObject> CreateAsync(ScimObject wanted, ScimCall call, CancellationToken ct);

    /// <param name="change">Gives the resource as it is to be, of the one that is.</param>
    public abstract Task<ScimObject> ChangeAsync(
        string id,
        Func<ScimObject, ScimObject> change,
        ScimCall call,
        CancellationToken ct
    );

    public abstract Task DeleteAsync(string id, ScimCall call, CancellationToken ct);

    internal static string? Opaque(ScimObject resource, string name)
    {
        var text = resource.Text(name);
        return text is { Length: > LongestText } || text?.Contains('\0', StringComparison.Ordinal) == true
            ? throw ScimException.Bad("invalidValue", $"{name} must not be longer than {LongestText} characters")
            : text;
    }

    internal static string Name(string? text, string attribute) =>
        string.IsNullOrWhiteSpace(text) || text.Length > IdentityChecks.LongestName || text.Any(char.IsControl)
            ? throw ScimException.Bad(
                "invalidValue",
                $"{attribute} must be a line of 1 to {IdentityChecks.LongestName} characters"
            )
            : text.Trim();
}
