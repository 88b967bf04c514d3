namespace Parley.Search.Sqlite;

/// <summary>
/// An owner's two collections, under two numbers in <c>search_segments.owner_id</c>: what they wrote and were answered under
/// the owner's own, the pieces of their documents under its complement. So neither weighs on the other's ranks, and a
/// search of messages never walks over pieces of documents.
/// </summary>
internal static class Collections
{
    /// <summary>What stands for a provider with pieces of documents.</summary>
    public const string PassageProvider = "document";

    public static long Passages(long ownerId) => ~ownerId;
}
