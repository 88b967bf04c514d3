namespace Parley.Vectors;

/// <summary>Whether there are vectors, and what they may hold in memory.</summary>
internal sealed class VectorOptions
{
    /// <summary>Texts are embedded, and found by meaning.</summary>
    /// <value>Default true; the setting <c>vectors.enabled</c>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Bytes of codes kept for the next search; what is beyond is read again for each. 35 bytes a vector of 256.</summary>
    /// <value>Default 128 MiB: 3.8 million vectors.</value>
    public long KeptBytes { get; set; } = 128 << 20;

    /// <summary>Codes nobody asked for during this time are let go.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one search may take.</summary>
    /// <value>Default 2 s, as searches of words.</value>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long writing must have paused before texts are embedded.</summary>
    /// <value>Default 300 ms.</value>
    public TimeSpan Quiet { get; set; } = TimeSpan.FromMilliseconds(300);
}
