namespace Parley.Identity.Crypto;

/// <summary>What an Argon2 hash costs.</summary>
/// <param name="MemoryKiB">Memory filled, in KiB; at least eight times <paramref name="Lanes"/>.</param>
/// <param name="Passes">How often it is gone through.</param>
/// <param name="Lanes">Independent parts; computed one after the other here.</param>
internal sealed record Argon2Parameters(int MemoryKiB, int Passes, int Lanes)
{
    /// <summary>What new hashes are made with (S2): 64 MiB, 3 passes, 1 lane.</summary>
    public static readonly Argon2Parameters Standard = new(64 * 1024, 3, 1);

    /// <summary>Whether a hash made so is weaker than one made with <paramref name="wanted"/>, and is to be made anew.</summary>
    public bool IsBelow(Argon2Parameters wanted) => MemoryKiB < wanted.MemoryKiB || Passes < wanted.Passes;
}
