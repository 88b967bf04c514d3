namespace Parley.Requirements;

/// <summary>What a new version is compared with.</summary>
internal sealed record FormerText(RequirementsView View, string Text, List<StatementRow> Rows);

/// <summary>Another write came between reading and writing.</summary>
internal sealed class ChangedMeanwhileException : Exception;
