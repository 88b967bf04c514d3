namespace Parley.Identity;

/// <summary>
/// The key of commands on the machine itself: made anew at each start, handed over in a file that only the owner of the
/// data folder can read. Who can read it could read the store as well.
/// </summary>
internal sealed class LocalAccess
{
    public string Token { get; } = Secrets.Make(Secrets.LocalPrefix);

    public bool Allows(string credential) => Secrets.AreEqual(credential, Token);
}
