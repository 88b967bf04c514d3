using Parley.Vectors;

namespace Parley.Tests.Vectors;

public sealed class SignCodeTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(256)]
    [InlineData(384)]
    [InlineData(1008)]
    public void A_rotation_keeps_angles(int dims)
    {
        var vectors = new RandomVectors(dims, dims, 3);
        var coder = new SignCode(dims);
        for (var round = 0; round < 20; round++)
        {
            var (a, b) = (vectors.Next(), vectors.Next());
            var (c, d) = (new float[dims], new float[dims]);
            coder.Rotate(a, c);
            coder.Rotate(b, d);
            Assert.Equal(VectorMath.Dot(a, b), VectorMath.Dot(c, d), 1e-5);
            Assert.Equal(1, VectorMath.Dot(c, c), 1e-5);
        }
    }

    /// <summary>What an exact search rules vectors out by.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(768)]
    public void Signs_and_fit_bound_a_cosine(int dims)
    {
        var vectors = new RandomVectors(dims, dims, 5);
        var coder = new SignCode(dims);
        var code = new ulong[coder.Words];
        for (var round = 0; round < 500; round++)
        {
            var (vector, asked) = (vectors.Next(round % 3), vectors.Next(0.5));
            var fit = coder.Encode(vector, code);
            var query = new SignQuery(coder, asked);
            var signs = query.Cosine(ref System.Runtime.CompilerServices.Unsafe.As<ulong, byte>(ref code[0]));
            var cosine = VectorMath.Dot(vector, asked);
            var between = Math.Acos(Math.Clamp(signs, -1, 1)) - Math.Acos(fit);
            Assert.True(cosine <= (between <= 0 ? 1 : Math.Cos(between)) + 1e-4, $"{cosine} {signs} {fit}");
            Assert.InRange(fit, 0, 1);
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(256)]
    [InlineData(4096)]
    public void Products_of_bytes_are_those_of_floats(int dims)
    {
        var vectors = new RandomVectors(dims, dims, 2);
        var (row, query) = (new sbyte[dims], new short[dims]);
        for (var round = 0; round < 20; round++)
        {
            var (a, b) = (vectors.Next(), round == 0 ? [1, .. new float[dims - 1]] : vectors.Next());
            var scale = VectorMath.Quantise(a, row);
            var factor = VectorMath.Widen(b, query);
            Assert.Equal(VectorMath.Dot(a, b), VectorMath.Dot(row, query) * factor * scale, 0.01);
            Array.Fill(row, sbyte.MinValue);
            Assert.Equal(b.Sum() * -128, VectorMath.Dot(row, query) * factor, 0.5);
        }
    }
}
