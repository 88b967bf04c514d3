using System.Security.Cryptography;
using System.Text;

namespace Parley.Conversations;

/// <summary>
/// How a message is known across exports: its provider's id, or the derived key of imports.md 1.3. As bytes:
/// 0x01 + 16 bytes for a canonical UUID, 0x02 + UTF-8 for any other id, 0x03 + 16 bytes of hash for a derived key,
/// 0x04 + 16 bytes for the id that a message made in Parley had in the store it was exported from.
/// </summary>
internal readonly struct MessageKey : IEquatable<MessageKey>
{
    private const int LongestId = 200;
    private const byte OwnId = 4;

    private MessageKey(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    public static MessageKey Of(string providerId)
    {
        Span<char> written = stackalloc char[36];
        if (
            Guid.TryParseExact(providerId, "D", out var guid)
            && guid.TryFormat(written, out _, "D")
            && written.SequenceEqual(providerId)
        )
        {
            var uuid = new byte[17];
            uuid[0] = 1;
            guid.TryWriteBytes(uuid.AsSpan(1), bigEndian: true, out _);
            return new MessageKey(uuid);
        }

        var text = Encoding.UTF8.GetBytes(providerId);
        return text.Length <= LongestId ? new MessageKey([2, .. text]) : Derived(SHA256.HashData(text).AsSpan(0, 16));
    }

    /// <summary>A message made in Parley, by its id there; other documents may name their messages as they like.</summary>
    public static MessageKey Own(string id) => Of(id) is { Bytes: [1, .. var uuid] } ? new([OwnId, .. uuid]) : Of(id);

    /// <summary>The id in <see cref="Own"/>; null for any other key.</summary>
    public static string? OwnIdIn(ReadOnlySpan<byte> key) =>
        key.Length == 17 && key[0] == OwnId ? new Guid(key[1..], bigEndian: true).ToString("D") : null;

    public static MessageKey Derived(ReadOnlySpan<byte> hash) => new([3, .. hash]);

    public static MessageKey FromBytes(ReadOnlySpan<byte> stored) => new(stored.ToArray());

    /// <summary>The provider's id, null for a derived key.</summary>
    public string? ProviderId =>
        Bytes[0] switch
        {
            1 => new Guid(Bytes.AsSpan(1), bigEndian: true).ToString("D"),
            2 => Encoding.UTF8.GetString(Bytes.AsSpan(1)),
            _ => null,
        };

    public bool Equals(MessageKey other) => Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is MessageKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }
}
