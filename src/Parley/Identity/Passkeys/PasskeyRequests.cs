using System.Text.Json.Serialization.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity.Passkeys;

/// <summary>A passkey named in a path.</summary>
internal readonly record struct PasskeyId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out PasskeyId id)
    {
        id = new PasskeyId(Ids.TryParse(text, IdKind.Passkey, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Passkey);
}

/// <summary>A passkey that an authenticator made, to sign in with from now on.</summary>
internal sealed record AddPasskey : IRequestBody<AddPasskey>
{
    /// <summary>To tell it apart: the phone, the key on the ring.</summary>
    public string? Name { get; init; }

    /// <summary>As <c>PublicKeyCredential.toJSON()</c> gives it.</summary>
    public RawJson? Credential { get; init; }

    public static JsonTypeInfo<AddPasskey> Json => IdentityJson.Default.AddPasskey;

    public void Check(FieldChecks check)
    {
        check.Name("name", Name, IdentityChecks.LongestName);
        check.Credential(Credential);
    }
}

/// <summary>Another name for a passkey.</summary>
internal sealed record RenamePasskey : IRequestBody<RenamePasskey>
{
    public string? Name { get; init; }

    public static JsonTypeInfo<RenamePasskey> Json => IdentityJson.Default.RenamePasskey;

    public void Check(FieldChecks check) => check.Name("name", Name, IdentityChecks.LongestName);
}

/// <summary>Comes in with a passkey.</summary>
internal sealed record PasskeySignIn : IRequestBody<PasskeySignIn>
{
    /// <inheritdoc cref="AddPasskey.Credential"/>
    public RawJson? Credential { get; init; }

    /// <summary>Hand the tokens out as cookies that no script can read, for pages in a browser.</summary>
    public bool? Cookie { get; init; }

    public static JsonTypeInfo<PasskeySignIn> Json => IdentityJson.Default.PasskeySignIn;

    public void Check(FieldChecks check) => check.Credential(Credential);
}

internal static class PasskeyChecks
{
    public static void Credential(this FieldChecks check, RawJson? value)
    {
        if (value is null)
        {
            check.Add("credential", "is required");
        }
        else if (value.Value.Utf8.Length > PasskeyResponse.MostBytes || value.Value.Utf8.Span[0] != '{')
        {
            check.Add("credential", $"must be an object of at most {PasskeyResponse.MostBytes} bytes");
        }
    }
}
