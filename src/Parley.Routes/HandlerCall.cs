using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Parley.Routes;

/// <summary>Writes how a handler gets its arguments and what becomes of its answer.</summary>
internal static class HandlerCall
{
    private const string Http = "Microsoft.AspNetCore.Http.";

    private static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat;

    /// <summary>Null where a parameter has a default, or the answer is of no kind that a route gives.</summary>
    public static string? Of(IMethodSymbol handler, Compilation compilation)
    {
        // A default would make the compiler invent a delegate type of its own for the handler.
        if (handler.Parameters.Any(static p => p.IsOptional))
        {
            return null;
        }

        var arguments = new StringBuilder();
        var values = new StringBuilder();
        var described = new StringBuilder();
        for (var i = 0; i < handler.Parameters.Length; i++)
        {
            var parameter = handler.Parameters[i];
            var type = parameter.Type.ToDisplayString(Full);
            arguments.Append(i == 0 ? "" : ", ").Append(Argument(parameter, type));
            // An absent value type that may be absent is null, and null unboxes to it.
            values.Append(i == 0 ? "" : ", ").Append($"({type})a[{i}]!");
            if (parameter.Type.AllInterfaces.Any(static t => t.Name == "IEndpointParameterMetadataProvider"))
            {
                described.Append($"{type}.PopulateMetadata(null!, b); ");
            }
        }

        var types = handler.Parameters.Select(static p => p.Type.ToDisplayString(Full)).ToList();
        types.Add(handler.ReturnType.ToDisplayString(Full));
        var call = $"((global::System.Func<{string.Join(", ", types)}>)h)({values})";
        return Answer(handler.ReturnType, call, compilation) is { } answer
            ? $"[{arguments}], static (h, a) => {answer}, {(described.Length == 0 ? "null" : $"static b => {{ {described}}}")}"
            : null;
    }

    private static string Argument(IParameterSymbol parameter, string type)
    {
        var name = parameter.Type.ToDisplayString();
        if (name is Http + "HttpContext" or Http + "HttpRequest" or "System.Threading.CancellationToken")
        {
            return "RouteArgument." + parameter.Type.Name;
        }

        if (parameter.Type.SpecialType == SpecialType.System_String)
        {
            var optional = parameter.NullableAnnotation == NullableAnnotation.Annotated;
            return $"RouteArgument.Text(\"{parameter.Name}\", {(optional ? "true" : "false")})";
        }

        var core = parameter.Type
            is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } n
            ? n.TypeArguments[0]
            : parameter.Type;
        if (Has(core, "BindAsync"))
        {
            return $"RouteArgument.Bound<{type}>({type}.BindAsync)";
        }

        if (core.SpecialType is SpecialType.System_Int32 or SpecialType.System_Boolean)
        {
            return $"RouteArgument.{core.Name}(\"{parameter.Name}\")";
        }

        return core.IsValueType && Has(core, "TryParse")
            ? $"RouteArgument.Parsed<{type}>(\"{parameter.Name}\", {type}.TryParse)"
            : $"RouteArgument.Service(typeof({type.TrimEnd('?')}))";
    }

    private static bool Has(ITypeSymbol type, string method) => type.GetMembers(method).Any(static m => m.IsStatic);

    private static string? Answer(ITypeSymbol type, string call, Compilation compilation)
    {
        var result = compilation.GetTypeByMetadataName(Http + "IResult")!;
        if (type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.Length: 1 } task)
        {
            return SymbolEqualityComparer.Default.Equals(task.TypeArguments[0], result) && type.Name == "Task"
                ? call
                : null;
        }

        if (type.ToDisplayString() == "System.Threading.Tasks.Task")
        {
            return $"RouteMapping.Answered({call})";
        }

        return compilation.HasImplicitConversion(type, result)
            ? $"global::System.Threading.Tasks.Task.FromResult<global::{Http}IResult>({call})"
            : null;
    }
}
