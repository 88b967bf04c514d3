using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Kernel;

namespace Parley.Providers;

/// <summary>
/// Seals what upstreams must be told and nobody may read (S44): AES-256-GCM under a key in a file beside the store, which
/// is in no backup of it. A seal is tied to the upstream and its host: a changed address opens nothing. Thread-safe.
/// </summary>
internal sealed class SealedSecrets(DataFolder folder)
{
    private const string FileName = "upstreams.key";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Lock gate = new();
    private byte[]? key;

    /// <summary>Nonce, tag, sealed bytes.</summary>
    public byte[] Seal(long upstreamId, Uri host, ReadOnlySpan<byte> secret)
    {
        var box = new byte[NonceBytes + TagBytes + secret.Length];
        SystemRandom.GetBytes(NonceBytes).CopyTo(box, 0);
        using var aes = new AesGcm(Key(make: true)!, TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes),
            secret,
            box.AsSpan(NonceBytes + TagBytes),
            box.AsSpan(NonceBytes, TagBytes),
            Tie(upstreamId, host)
        );
        return box;
    }

    /// <summary>Null where it was sealed under another key, for another upstream or another host.</summary>
    public byte[]? Open(long upstreamId, Uri host, ReadOnlySpan<byte> box)
    {
        if (box.Length < NonceBytes + TagBytes || Key(make: false) is not { } known)
        {
            return null;
        }

        var secret = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(known, TagBytes);
        try
        {
            aes.Decrypt(
                box[..NonceBytes],
                box[(NonceBytes + TagBytes)..],
                box.Slice(NonceBytes, TagBytes),
                secret,
                Tie(upstreamId, host)
            );
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Tie(long upstreamId, Uri host) =>
        Encoding.UTF8.GetBytes($"{upstreamId} {host.GetLeftPart(UriPartial.Authority).ToLowerInvariant()}");

    private byte[]? Key(bool make)
    {
        lock (gate)
        {
            return key ??= Read(make) ?? (make ? Make() : null);
        }
    }

    /// <exception cref="StorePlaceException">The file holds no key, and one is needed.</exception>
    private byte[]? Read(bool needed)
    {
        var path = folder.Sub(FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        var text = File.ReadAllText(path).Trim();
        var bytes = Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
        return bytes.Length == KeyBytes ? bytes
            : !needed ? null
            : throw new StorePlaceException(
                $"{FileName} is no base64url of {KeyBytes} bytes: restore it, or remove it and give the upstreams their keys again"
            );
    }

    /// <summary>Written aside, synced and renamed: a crash leaves a whole key or none.</summary>
    private byte[] Make()
    {
        var made = SystemRandom.GetBytes(KeyBytes);
        var path = folder.Sub(FileName);
        OwnFile.Write(path + ".new", Encoding.ASCII.GetBytes(Base64Url.EncodeToString(made)));
        File.Move(path + ".new", path, overwrite: false);
        FolderSync.Sync(folder.Path);
        return made;
    }
}
