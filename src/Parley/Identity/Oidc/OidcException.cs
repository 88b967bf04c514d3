using Parley.Kernel.Problems;

namespace Parley.Identity.Oidc;

/// <summary>Why somebody does not come in by the provider.</summary>
/// <param name="reason">A word or two of ours, for the audit: <c>nonce</c>, <c>signature</c>.</param>
/// <param name="detail">For the person.</param>
internal sealed class OidcException(string reason, ProblemCode code, string detail) : Exception(detail)
{
    public string Reason => reason;

    public ProblemCode Code => code;

    /// <summary>What the provider sent cannot be believed. The person hears no more than that.</summary>
    public static OidcException Distrust(string reason) =>
        new(reason, ProblemCodes.Unauthenticated, "the sign-in cannot be trusted: begin it again");

    /// <summary>The provider cannot be reached, or does not answer as one must.</summary>
    public static OidcException Broken(string reason) =>
        new(reason, ProblemCodes.ProviderFailed, "the sign-in provider does not answer as it must: the log says more");

    public static OidcException Closed(string reason, string detail) => new(reason, ProblemCodes.Forbidden, detail);
}
