namespace Parley.Identity.Passkeys;

/// <summary>Why a passkey is not taken.</summary>
/// <param name="reason">In words of ours; nothing of what was sent.</param>
internal sealed class PasskeyException(string reason) : Exception(reason);
