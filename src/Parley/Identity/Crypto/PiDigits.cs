namespace Parley.Identity.Crypto;

/// <summary>
/// The binary digits of pi, by Machin's formula: pi = 16 arctan(1/5) − 4 arctan(1/239). Computed once, in some tens of
/// milliseconds, where the first old password is verified: a table of a thousand numbers would have to be believed.
/// </summary>
internal static class PiDigits
{
    /// <summary>Words beyond those asked for, which take up the rounding.</summary>
    private const int Guard = 4;

    /// <summary>The first 32-bit words after the point.</summary>
    public static uint[] Words(int count)
    {
        var pi = ArcTangent(16, 5, count + 1 + Guard);
        Subtract(pi, ArcTangent(4, 239, pi.Length));
        return pi[1..(count + 1)];
    }

    /// <summary>factor · arctan(1/n) as a fixed-point number: the integer part first.</summary>
    private static uint[] ArcTangent(uint factor, uint n, int length)
    {
        var power = new uint[length];
        power[0] = factor;
        Divide(power, power, n);
        var sum = (uint[])power.Clone();
        var term = new uint[length];
        for (var k = 1u; Divide(power, power, n * n); k++)
        {
            Divide(power, term, (2 * k) + 1);
            if (k % 2 == 1)
            {
                Subtract(sum, term);
            }
            else
            {
                Add(sum, term);
            }
        }

        return sum;
    }

    /// <summary>False once nothing is left.</summary>
    private static bool Divide(uint[] number, uint[] into, uint by)
    {
        var (rest, some) = (0UL, 0u);
        for (var i = 0; i < number.Length; i++)
        {
            var part = (rest << 32) | number[i];
            into[i] = (uint)(part / by);
            rest = part % by;
            some |= into[i];
        }

        return some != 0;
    }

    private static void Add(uint[] sum, uint[] number)
    {
        var carry = 0UL;
        for (var i = sum.Length - 1; i >= 0; i--)
        {
            carry += (ulong)sum[i] + number[i];
            sum[i] = (uint)carry;
            carry >>= 32;
        }
    }

    private static void Subtract(uint[] from, uint[] number)
    {
        var borrow = 0L;
        for (var i = from.Length - 1; i >= 0; i--)
        {
            borrow += (long)from[i] - number[i];
            from[i] = (uint)borrow;
            borrow >>= 32;
        }
    }
}
