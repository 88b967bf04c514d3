namespace Parley.Kernel;

/// <summary>A room with something to say about its own health. Asked about once a second; answers from memory.</summary>
internal interface IHealthSource
{
    /// <summary>The room, in lower case: <c>search</c>.</summary>
    string Name { get; }

    /// <summary>One word: <c>ready</c>, <c>rebuilding</c>, …</summary>
    string State { get; }

    /// <summary>What a person should look at, or null.</summary>
    string? Warning { get; }
}
