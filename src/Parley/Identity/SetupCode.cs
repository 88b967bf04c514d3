using System.Security.Cryptography;
using Parley.Identity.Crypto;
using Parley.Kernel;

namespace Parley.Identity;

/// <summary>
/// What the first sign-up has to know (S3), so that the first admin is who runs the server and not who is fastest. Made
/// up at each start until there is an admin, unless it was set.
/// </summary>
internal sealed class SetupCode(IdentityOptions options)
{
    private const int Bytes = 10;

    private readonly Lazy<string> _text = new(() =>
        options.SetupCode is { Length: > 0 } set ? set : OneTimeCode.Base32(SystemRandom.GetBytes(Bytes))
    );

    public string Text => _text.Value;

    public bool Matches(string? given) => given is not null && Secrets.AreEqual(given.Trim(), Text);
}
