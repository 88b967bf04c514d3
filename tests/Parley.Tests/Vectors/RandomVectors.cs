using Parley.Vectors;

namespace Parley.Tests.Vectors;

/// <summary>Vectors in clusters, as those of texts are: of a seed that a failure names.</summary>
internal sealed class RandomVectors(int seed, int dims, int clusters)
{
    private readonly Random random = new(seed);
    private readonly List<float[]> centres = [];

    /// <param name="spread">How far from its centre: 0.5 is a cosine of about 0.9 between neighbours, 1 of 0.5.</param>
    public float[] Next(double spread = 0.8)
    {
        if (centres.Count == 0)
        {
            centres.AddRange(Enumerable.Range(0, clusters).Select(_ => Unit(Gauss(1))));
        }

        var centre = centres[random.Next(clusters)];
        var noise = Gauss(spread / Math.Sqrt(dims));
        return Unit([.. centre.Zip(noise, (c, n) => c + n)]);
    }

    public static float[] Unit(float[] vector)
    {
        Assert.True(VectorMath.TryMakeUnit(vector));
        return vector;
    }

    private float[] Gauss(double deviation) =>
        [
            .. Enumerable
                .Range(0, dims)
                .Select(_ =>
                    (float)(
                        deviation
                        * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                        * Math.Cos(2 * Math.PI * random.NextDouble())
                    )
                ),
        ];
}
