using System.Text.Json.Serialization;
using Parley.Identity;
using Parley.Kernel.Http;

namespace Parley.Chat.Tools;

/// <summary>A tool that a question may let its model call.</summary>
internal sealed record ToolView(string Name, string Description, RawJson Parameters);

internal sealed record ToolList(IReadOnlyList<ToolView> Items, int Total);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ToolList))]
internal sealed partial class ToolJson : JsonSerializerContext;

/// <summary>Routes of tools.</summary>
internal static class ToolEndpoints
{
    public static void MapToolRoutes(this IEndpointRouteBuilder routes) =>
        routes
            .MapGroup("/api/tools")
            .WithTags("tools")
            .ForUsers(KeyScopes.Chat)
            .MapGet(
                "/",
                (ToolBox tools) =>
                    new JsonAnswer<ToolList>(
                        new ToolList(
                            [.. tools.All.Select(t => new ToolView(t.Name, t.Description, t.Parameters))],
                            tools.All.Count
                        ),
                        ToolJson.Default.ToolList
                    )
            )
            .Describe("listTools", "The tools that a question may let its model call")
            .Returns<ToolList>();
}
