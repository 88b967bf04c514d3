namespace Parley.Kernel.Processes;

/// <summary>How long what fails again and again is left alone: each time twice as long.</summary>
internal static class GrowingPause
{
    /// <param name="failures">In a row, before this one.</param>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        var pause = first;
        for (var i = 0; i < failures && pause < longest; i++)
        {
            pause *= 2;
        }

        return pause < longest ? pause : longest;
    }
}
