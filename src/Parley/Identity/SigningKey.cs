using System.Buffers.Text;
using System.Security.Cryptography;
using Parley.Kernel;

namespace Parley.Identity;

/// <summary>
/// The key of access tokens (S13): 256 random bits, made at the first start, in a file that only its owner can read, or
/// given from outside. Never in the store, so never in a backup of it.
/// </summary>
internal sealed class SigningKey
{
    private const string FileName = "signing.key";
    private const int Bytes = 32;

    /// <summary>Fewer different bytes than this are no random key but somebody's example: zeros, 0 1 2 3, a word.</summary>
    private const int FewestDifferent = 16;

    /// <summary>The key of RFC 7515's example, which is copied from there now and then.</summary>
    private const string Sample =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    private readonly Lazy<string> _id;

    private SigningKey(byte[] secret)
    {
        Secret = secret;
        _id = new(() => Base64Url.EncodeToString(SHA256.HashData([.. "parley key id"u8, .. secret]).AsSpan(0, 9)));
    }

    public byte[] Secret { get; }

    /// <summary>Names the key in tokens (<c>kid</c>); tells nothing of it.</summary>
    public string Id => _id.Value;

    /// <exception cref="StorePlaceException">The key cannot be used; the message says why and what to do.</exception>
    public static SigningKey Open(DataFolder folder, IdentityOptions options)
    {
        if (options.SigningKey is { Length: > 0 } given)
        {
            return Parse(given, "the signing key in PARLEY_SIGNING_KEY");
        }

        var path = folder.Sub(FileName);
        if (File.Exists(path))
        {
            return Parse(File.ReadAllText(path), $"the signing key in {FileName}");
        }

        Make(path);
        return Parse(File.ReadAllText(path), $"the signing key in {FileName}");
    }

    /// <summary>Written aside, synced and renamed: a crash leaves a whole key or none.</summary>
    private static void Make(string path)
    {
        var temporary = path + ".new";
        var text = Base64Url.EncodeToString(SystemRandom.GetBytes(Bytes));
        OwnFile.Write(temporary, System.Text.Encoding.ASCII.GetBytes(text));
        File.Move(temporary, path, overwrite: false);
        FolderSync.Sync(Path.GetDirectoryName(path)!);
    }

    private static SigningKey Parse(string text, string what)
    {
        text = text.Trim();
        var secret = Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
        if (secret.Length < Bytes)
        {
            throw new StorePlaceException(
                $"{what} is no base64url of {Bytes} bytes or more: make one with `openssl rand 32 | basenc --base64url`"
            );
        }

        return text == Sample || secret.Distinct().Count() < FewestDifferent
            ? throw new StorePlaceException(
                $"{what} is an example that anybody knows: make one with `openssl rand 32 | basenc --base64url`"
            )
            : new SigningKey(secret);
    }
}
