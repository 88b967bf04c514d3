using System.Text.Json.Serialization.Metadata;

namespace Parley.Kernel.Http;

/// <summary>A record that a JSON request body is bound to: it holds only what a caller may set (S19).</summary>
internal interface IRequestBody<TSelf>
    where TSelf : class, IRequestBody<TSelf>
{
    /// <summary>From a context made with <c>UnmappedMemberHandling = Disallow</c> and <c>MaxDepth = 32</c>.</summary>
    static abstract JsonTypeInfo<TSelf> Json { get; }

    /// <summary>Notes every value that cannot be used.</summary>
    void Check(FieldChecks check);
}
