using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Documents;

/// <summary>A document of a file that is kept here, or of words that come with the request.</summary>
/// <param name="FileId">Of a file of the caller's; in place of name and text.</param>
/// <param name="Name">With the text; or another one than the file's.</param>
/// <param name="Text">The document itself.</param>
internal sealed record AddDocument(string? FileId, string? Name, string? Text) : IRequestBody<AddDocument>
{
    public static JsonTypeInfo<AddDocument> Json => DocumentsJson.Default.AddDocument;

    public void Check(FieldChecks check)
    {
        if (FileId is null == Text is null)
        {
            check.Add("text", "is required, or file_id in its place");
        }

        check.Text("text", Text, (int)HttpOptions.MessageBodyBytes);
        if (Text is not null || Name is not null)
        {
            check.Name("name", Name, 255);
        }

        if (Text is not null && string.IsNullOrWhiteSpace(Text))
        {
            check.Add("text", "must not be empty");
        }
    }
}

/// <summary>A page of the web, fetched as a document.</summary>
/// <param name="Space">Name or id of the space; the default one where it is not said.</param>
/// <param name="Name">The page's title where it is not said.</param>
internal sealed record AddDocumentUrl(string? Url, string? Space, string? Name) : IRequestBody<AddDocumentUrl>
{
    private const int Longest = 2_000;

    public static JsonTypeInfo<AddDocumentUrl> Json => DocumentsJson.Default.AddDocumentUrl;

    public void Check(FieldChecks check)
    {
        check.Text("url", Url, Longest, required: true);
        if (
            !string.IsNullOrWhiteSpace(Url)
            && !(
                Uri.TryCreate(Url, UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https"
                && address.UserInfo.Length == 0
            )
        )
        {
            check.Add("url", "must be an address that begins with http:// or https://, without user and password");
        }

        check.Text("space", Space, 255);
        if (Name is not null)
        {
            check.Name("name", Name, 255);
        }
    }
}

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(AddDocument), GenerationMode = Metadata)]
[JsonSerializable(typeof(AddDocumentUrl), GenerationMode = Metadata)]
[JsonSerializable(typeof(DocumentView))]
[JsonSerializable(typeof(Page<DocumentView>))]
[JsonSerializable(typeof(Page<ChunkView>))]
internal sealed partial class DocumentsJson : JsonSerializerContext;
