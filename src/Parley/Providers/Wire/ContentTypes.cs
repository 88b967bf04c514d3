namespace Parley.Providers.Wire;

/// <summary>What an answer says it is.</summary>
internal static class ContentTypes
{
    /// <summary>True for the streamed type (or none stated), false for the whole one.</summary>
    /// <exception cref="UpstreamException">It is neither: mostly a web page from something in between.</exception>
    public static bool Require(UpstreamAnswer answer, string streamed, string whole)
    {
        var type = answer.Response.Content.Headers.ContentType?.MediaType;
        if (type is null || type.Equals(streamed, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return type.Equals(whole, StringComparison.OrdinalIgnoreCase)
            ? false
            : throw answer.Failure($"answered {type}, which is no {streamed}: is its address right?");
    }
}
