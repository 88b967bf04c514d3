using System.Numerics;

namespace Parley.Search.Segments;

/// <summary>
/// The length of a document (tokens that have a position of their own) in one byte: exact below 16, then with three bits
/// behind the leading one, so within 12 %. Codes ascend with lengths, so the least code is the shortest document.
/// </summary>
internal static class LengthCode
{
    private const int Exact = 16;
    private const int MantissaBits = 3;

    /// <summary>The code of <see cref="int.MaxValue"/>; higher ones are never written.</summary>
    private const byte Last = 231;

    public static byte Encode(int length)
    {
        if (length < Exact)
            return (byte)length;
        var exponent = 31 - BitOperations.LeadingZeroCount((uint)length);
        return (byte)(((exponent - 2) << MantissaBits) + ((length >> (exponent - MantissaBits)) & 7));
    }

    /// <summary>The shortest length of the code.</summary>
    public static int Decode(byte code)
    {
        if (code < Exact)
            return code;
        if (code > Last)
            return int.MaxValue;
        return (8 + (code & 7)) << ((code >> MantissaBits) + 2 - MantissaBits);
    }
}
