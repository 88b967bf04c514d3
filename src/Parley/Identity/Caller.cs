using Parley.Kernel;

namespace Parley.Identity;

/// <summary>
/// Who makes a request. Every query a handler runs names <see cref="OwnerId"/>; handlers take a <c>Caller</c> as a
/// parameter and have no other way to an owner. Until accounts land there is one local owner.
/// </summary>
internal sealed record Caller(long OwnerId)
{
    /// <summary>The owner of this machine: commands that work on the data folder itself.</summary>
    public static readonly Caller Local = new(DataFolder.LocalOwner);

    public static ValueTask<Caller?> BindAsync(HttpContext _) => ValueTask.FromResult<Caller?>(Local);
}
