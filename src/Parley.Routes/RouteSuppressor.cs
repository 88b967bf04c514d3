using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Parley.Routes;

/// <summary>
/// The framework's mapping methods warn that they reflect over the handler. The calls that are replaced never reach them;
/// the native compiler, which reads what was compiled and not what was written, has the last word.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RouteSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor Trimming = Replaced("IL2026");
    private static readonly SuppressionDescriptor DynamicCode = Replaced("IL3050");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions => [Trimming, DynamicCode];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree)
            {
                continue;
            }

            var node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
            if (
                node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call
                && RouteGenerator.Mapping(call, context.GetSemanticModel(tree), context.CancellationToken) is not null
            )
            {
                context.ReportSuppression(
                    Suppression.Create(
                        diagnostic.Id == Trimming.SuppressedDiagnosticId ? Trimming : DynamicCode,
                        diagnostic
                    )
                );
            }
        }
    }

    private static SuppressionDescriptor Replaced(string id) =>
        new("PRS" + id, id, "The call is replaced while compiling");
}
