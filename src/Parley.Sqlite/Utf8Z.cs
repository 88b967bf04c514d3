using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Parley.Sqlite;

/// <summary>Short-lived UTF-8 copies of .NET strings for C: on the stack when short, else from the pool.</summary>
internal ref struct Utf8Z
{
    private byte[]? _rented;

    /// <summary>Encodes <paramref name="text"/> with a closing NUL; lone surrogates become U+FFFD.</summary>
    public Utf8Z(ReadOnlySpan<char> text, Span<byte> scratch)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        var target = scratch.Length >= most ? scratch : _rented = ArrayPool<byte>.Shared.Rent(most);
        var length = Encoding.UTF8.GetBytes(text, target);
        target[length] = 0;
        WithNul = target[..(length + 1)];
    }

    public ReadOnlySpan<byte> WithNul { get; }

    public readonly ReadOnlySpan<byte> Bytes => WithNul[..^1];

    public void Dispose()
    {
        if (_rented is { } array)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    public static unsafe string? Read(byte* text) => Marshal.PtrToStringUTF8((nint)text);
}
